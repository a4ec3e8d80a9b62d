"""Open notebooks in JupyterLab in a real Chromium, run all cells, report times; for explore, move a dial.

python tests/benchmarks/lab.py [--shots FOLDER] notebook …
"""

import argparse
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HOUSE = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PORT = 18_888
PATIENCE = 120_000


def start_server(token: str, notebooks: Path) -> subprocess.Popen:
    """JupyterLab on the loopback only, with a token."""
    arguments = ["--no-browser", "--ip=127.0.0.1", f"--port={PORT}", f"--IdentityProvider.token={token}"]
    options = ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    root = f"--ServerApp.root_dir={notebooks}"
    command = [sys.executable, "-m", "jupyterlab", *arguments, *options, root]
    if os.geteuid() == 0:
        command.append("--allow-root")
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    for _ in range(120):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/api/status?token={token}", timeout=2).read()
            return server
        except OSError:
            time.sleep(0.5)
    server.kill()
    raise SystemExit("JupyterLab did not start")


def run_all(page: Page, name: str, token: str) -> float:
    """Seconds from opening a notebook to its last cell done."""
    begun = time.perf_counter()
    page.goto(f"http://127.0.0.1:{PORT}/lab/tree/{name}?token={token}&reset", timeout=PATIENCE)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
    page.wait_for_function(
        "() => document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=\"idle\"]')", timeout=PATIENCE
    )
    page.click('.lm-MenuBar-itemLabel:text-is("Run")')
    page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
    said = "() => document.body.innerText.includes('(ipykernel) | {}')"
    page.wait_for_function(said.format("Busy"), timeout=PATIENCE)
    page.wait_for_function(said.format("Idle"), timeout=PATIENCE)
    page.wait_for_function(
        "() => ![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))",
        timeout=PATIENCE,
    )
    return time.perf_counter() - begun


def turn_a_dial(page: Page) -> tuple[str, str]:
    """The first panel's strip before and after its first slider is moved by key."""
    slider = page.locator(".widget-slider .noUi-handle").first
    strip = page.locator(".widget-html .kpis").first
    before = strip.inner_text()
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(4000)
    return before, page.locator(".widget-html .kpis").first.inner_text()


def main() -> None:
    """Print each notebook's seconds, and whether a cell failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shots", type=Path)
    parser.add_argument("notebooks", nargs="*", default=["explore.ipynb"])
    options = parser.parse_args()
    token = secrets.token_hex(16)
    aside = Path(tempfile.mkdtemp(prefix="kam-lab-")) / "notebooks"
    shutil.copytree(HOUSE / "notebooks", aside)  # JupyterLab saves what it has run
    server = start_server(token, aside)
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for name in options.notebooks:
                for state in ("cold", "warm"):
                    page = chromium.new_page(viewport={"width": 1300, "height": 2600})
                    seconds = run_all(page, name, token)
                    faults = page.locator(
                        ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']"
                    ).count()
                    print(f"{name}: {state} {seconds:.1f} s, {faults} outputs on stderr", flush=True)
                    if name.endswith("explore.ipynb") and state == "warm":
                        before, after = turn_a_dial(page)
                        print("a dial moved the answer:", re.sub(r"\s+", " ", before) != re.sub(r"\s+", " ", after))
                    if options.shots:
                        page.screenshot(path=options.shots / f"{Path(name).stem}-{state}.png")
                    page.close()
            chromium.close()
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(aside.parent)


if __name__ == "__main__":
    main()
