"""``kam lab``: JupyterLab on the project's notebooks, for this machine alone."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.slow
PATIENCE = 60


def answer(url: str) -> dict:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


def test_the_lab_opens_the_notebooks_on_loopback_and_wants_its_token(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    command = [sys.executable, "-m", "kamlib", "lab", "--no-browser", "--port=18931", "--allow-root"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + PATIENCE
        while not (told := list(tmp_path.glob("jpserver-*.json"))):
            assert server.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        facts = json.loads(told[0].read_text(encoding="utf-8"))
        assert facts["url"].startswith(("http://localhost:", "http://127.0.0.1:"))
        assert len(facts["token"]) >= 32
        contents = f"{facts['url']}api/contents"
        with pytest.raises(urllib.error.HTTPError) as refused:
            answer(contents)
        refused.value.close()
        assert refused.value.code == 403
        names = {item["name"] for item in answer(f"{contents}?token={facts['token']}")["content"]}
        assert {"tutorial.ipynb", "explore.ipynb", "portfolio", "client", "case"} <= names
    finally:
        server.terminate()
        server.wait(30)
