"""Open every notebook in JupyterLab in a real Chromium, run all cells, print times and faults; in explore, turn dials.

python tests/benchmarks/lab.py [--shots FOLDER] [--lang zh] [notebook …]

Cold is a new kernel; warm is the notebook opened again while its kernel still runs. Seconds from opening the page to
the last cell done. Ends with 1 where a cell failed, was not run, or a dial moved nothing.
"""

import argparse
import json
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
PATIENCE = 180_000
WIDTH, HIGHEST = 1300, 12_000


def start_server(token: str, notebooks: Path) -> subprocess.Popen:
    """JupyterLab on the loopback only, with a token."""
    arguments = ["--no-browser", "--ip=127.0.0.1", f"--port={PORT}", f"--IdentityProvider.token={token}"]
    arguments.append("--expose-app-in-browser")  # so that the counts of cells that are out of sight can be read
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


COUNTS = """() => {
  const notebook = window.jupyterapp && window.jupyterapp.shell.currentWidget;
  if (!notebook || !notebook.content || !notebook.content.model) return null;
  const cells = [...notebook.content.model.cells].filter(cell => cell.type === 'code');
  const failed = cells.some(cell => cell.sharedModel.outputs.some(output => output.output_type === 'error'));
  return {counts: cells.map(cell => cell.executionCount || 0), failed, kernel: notebook.sessionContext.kernelDisplayStatus};
}"""


def run_all(page: Page, name: str, token: str) -> float:
    """Seconds from opening a notebook to its last cell done, or to the one that failed."""
    begun = time.perf_counter()
    page.goto(f"http://127.0.0.1:{PORT}/lab/tree/{name}?token={token}&reset", timeout=PATIENCE)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
    page.wait_for_function(f"() => (({COUNTS})() || {{}}).kernel === 'idle'", timeout=PATIENCE)
    highest = max(page.evaluate(COUNTS)["counts"])
    page.click('.lm-MenuBar-itemLabel:text-is("Run")')
    page.click('.lm-Menu-itemLabel:text-is("Run All Cells")')
    done = "now.kernel === 'idle' && (now.failed || Math.min(...now.counts) > highest)"
    page.wait_for_function(f"highest => {{ const now = ({COUNTS})(); return {done}; }}", arg=highest, timeout=PATIENCE)
    return time.perf_counter() - begun


def faults_of(page: Page, saved: Path) -> list[str]:
    """What went wrong in a notebook that was run, by the file as JupyterLab saves it."""
    before = saved.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    saving = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
    for _ in range(240):
        page.wait_for_timeout(250)
        if saved.stat().st_mtime_ns != before and not page.evaluate(saving):
            break
    cells = [cell for cell in json.loads(saved.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    faults = [f"{cell['id']} was not run" for cell in cells if cell["execution_count"] is None]
    for cell in cells:
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                faults.append(f"{cell['id']}: {output['ename']}: {output['evalue']}")
            elif output.get("name") == "stderr":
                faults.append(f"{cell['id']} on stderr: {''.join(output['text'])[:200]}")
    return faults


def picture(page: Page, path: Path) -> None:
    """The whole notebook, as high as it is."""
    height = page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer').scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": min(height + 200, HIGHEST)})
    page.wait_for_timeout(2000)
    page.screenshot(path=path)


def turn_dials(page: Page) -> list[str]:
    """Panels whose answer does not change when their first slider is moved by key."""
    still = []
    panels = page.locator(".jp-OutputArea-output .widget-vbox:has(.widget-html .kpis)")
    titles = []
    for place in range(panels.count()):
        panel = panels.nth(place)
        slider = panel.locator(".widget-slider .noUi-handle").first
        if not slider.count():
            continue
        before = panel.inner_text()
        titles.append(before.split("\n")[0])
        slider.scroll_into_view_if_needed()
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        for _ in range(40):
            page.wait_for_timeout(250)
            if _answer(panel.inner_text()) != _answer(before):
                break
        else:
            still.append(f"{titles[-1]}: the answer stood still")
    return still if titles else ["no panel was found"]


def _answer(text: str) -> str:
    """What a panel says below its dials, without their own readouts."""
    return re.sub(r"\s+", " ", text)


def end_kernels(token: str) -> None:
    """Shut down every kernel of the server."""
    base = f"http://127.0.0.1:{PORT}/api/sessions"
    for session in json.loads(urllib.request.urlopen(f"{base}?token={token}").read()):
        urllib.request.urlopen(urllib.request.Request(f"{base}/{session['id']}?token={token}", method="DELETE"))


def main() -> None:
    """Print each notebook's seconds as a table, and what went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shots", type=Path)
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    parser.add_argument("notebooks", nargs="*")
    options = parser.parse_args()
    token = secrets.token_hex(16)
    aside = Path(tempfile.mkdtemp(prefix="kam-lab-")) / "notebooks"
    shutil.copytree(HOUSE / "notebooks", aside)  # JupyterLab saves what it has run
    for path in aside.rglob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('lang = \\"en\\"', f'lang = \\"{options.lang}\\"'), encoding="utf-8")
    every = sorted(path.relative_to(aside).as_posix() for path in aside.rglob("*.ipynb"))
    names = options.notebooks or [name for name in every if ".ipynb_checkpoints" not in name]
    server, count = start_server(token, aside), 0
    print("| notebook | cold, s | warm, s | wrong |\n|---|---|---|---|", flush=True)
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for name in names:
                seconds, wrong = [], []
                for state in ("cold", "warm"):
                    page = chromium.new_page(viewport={"width": WIDTH, "height": 2600})
                    seconds.append(run_all(page, name, token))
                    wrong += [f"{state}: {fault}" for fault in faults_of(page, aside / name)]
                    if state == "warm" and name.endswith("explore.ipynb"):
                        wrong += turn_dials(page)
                    if state == "warm" and options.shots:
                        picture(page, options.shots / f"{name.removesuffix('.ipynb').replace('/', '-')}.png")
                    page.close()
                end_kernels(token)
                told = "; ".join(wrong) or "nothing"
                print(f"| {name} | {seconds[0]:.1f} | {seconds[1]:.1f} | {told} |", flush=True)
                count += len(wrong)
            chromium.close()
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
        shutil.rmtree(aside.parent, ignore_errors=True)
    sys.exit(bool(count))


if __name__ == "__main__":
    main()
