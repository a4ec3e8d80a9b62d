"""What a run made: one JSON file beside the reports, written whole or not at all."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

from kamlib import __version__
from kamlib.errors import DataError, Fault
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.reports.making import Outcome
from kamlib.reports.plan import Task, changed_parts
from kamlib.runs import Run
from kamlib.unchanged import MANIFEST, UNCHANGED

PACKAGES = (
    "pandas",
    "numpy",
    "statsmodels",
    "duckdb",
    "ibis-framework",
    "papermill",
    "ipykernel",
    "matplotlib",
    "typst",
)
KEPT = ("made", "skipped")
PAGES = ("index.html", "pack.pdf", "workbook.xlsx")


@dataclass
class Manifest:
    """The manifest of a run in the making.

    Attributes
    ----------
    head : dict
        ``run, as_of, currency, created, versions, ledger``.
    reports : dict
        Stem → entry: ``unit, client_id, client, notebook, status, reason, seconds, html, pdf, executed, sha256,
        parameters, key, facts``.
    earlier : dict
        Entries of the run before, kept in the file until the run is over: a killed run forgets no report.
    """

    folder: Path
    head: dict[str, Any]
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    earlier: dict[str, dict[str, Any]] = field(default_factory=dict)

    def enter(self, task: Task, outcome: Outcome) -> None:
        """Note what became of a task; a report that failed leaves no older page behind."""
        made = outcome.status in KEPT
        if not made:
            for suffix in ("html", "pdf"):
                (self.folder / f"{task.stem}.{suffix}").unlink(missing_ok=True)
        self.reports[task.stem] = {
            "unit": task.unit,
            "client_id": task.client_id or None,
            "client": task.client_name or None,
            "notebook": task.notebook,
            "status": outcome.status,
            "reason": outcome.reason,
            "seconds": round(outcome.seconds, 3),
            "html": f"{task.stem}.html" if made else None,
            "pdf": f"{task.stem}.pdf" if made else None,
            "executed": f"executed/{task.stem}.ipynb",
            "sha256": outcome.files,
            "parameters": task.parameters,
            "key": task.key,
            "facts": outcome.facts,
        }

    def count(self, status: str) -> int:
        """How many reports have a status."""
        return sum(entry["status"] == status for entry in self.reports.values())

    def write(self) -> None:
        """Put the manifest in place as a whole."""
        content = self.head | {"reports": list((self.earlier | self.reports).values())}
        text = json.dumps(content, indent=1, ensure_ascii=False)
        put_file(self.folder / MANIFEST, text.encode())


def put_file(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that it is never seen half written."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    os.replace(partial, path)


def new_manifest(run: Run, snapshot: Snapshot, policy: Policy, created: str, clients: int) -> Manifest:
    """A manifest without reports yet, of a ledger with so many clients."""
    facts = snapshot.facts
    tables = facts["ledger"]["tables"]
    totals = {name: table["totals"] for name, table in tables.items() if table["totals"]}
    ledger = {
        "source": facts["source"],
        "sha256": facts["sha256"],
        "engine": facts.get("engine"),
        "clients": clients,
        "rows_in": facts["rows"]["in"],
        "rows_used": facts["rows"]["used"],
        "rows_quarantined": facts["rows"]["quarantined"],
        "totals": totals,
        "tables": tables,
        "missing": facts["missing"],
    }
    head = {
        "run": run.run,
        "title": run.title,
        "as_of": run.as_of.isoformat(),
        "currency": snapshot.currency,
        "created": created,
        "versions": {"kamlib": __version__, "python": python_version(), **_versions()},
        "policy": policy.model_dump(mode="json"),
        "ledger": ledger,
    }
    return Manifest(run.folder, head)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a finished run.

    Raises
    ------
    DataError
        None that can be read.
    """
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(Fault("folder", str(folder), "Give the folder of a run: it holds a manifest.json.")) from error


def read_entries(folder: Path) -> dict[str, dict[str, Any]]:
    """The entries of an earlier manifest by stem; none where there is none that can be read."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {
            entry["executed"].removeprefix("executed/").removesuffix(".ipynb"): entry for entry in content["reports"]
        }
    except (OSError, ValueError, KeyError, AttributeError):
        return {}


def hash_pages(folder: Path) -> dict[str, str | None]:
    """SHA-256 of the index page, the pack and the workbook; None for one that is not there."""
    return {name: sha256_of(folder / name) for name in PAGES}


def hash_data(folder: Path) -> dict[str, str | None]:
    """SHA-256 of what the reports rest on: the snapshot's files and the rows set aside."""
    paths = [*sorted((folder / "snapshot").rglob("*")), folder / "quarantine.csv"]
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in paths if path.is_file()}


def pages_stand(folder: Path) -> bool:
    """Whether index page and pack are still what the earlier manifest says."""
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["pages"] == hash_pages(folder)
    except (OSError, ValueError, KeyError):
        return False


def why_unchanged(task: Task, entry: dict[str, Any] | None, folder: Path) -> str | None:
    """Why a task need not be run again, or None if it must.

    Its key must be the same, and its files must still be, byte for byte, what the manifest says.
    """
    if entry is None or entry["status"] not in KEPT or changed_parts(entry["key"], task.key):
        return None
    if not entry["sha256"] or any(
        sha256_of(folder / path) != entry["sha256"].get(suffix) for suffix, path in _files(entry)
    ):
        return None
    return UNCHANGED


def why_made(task: Task, entry: dict[str, Any] | None) -> str:
    """Why a task is run."""
    if entry is None:
        return "new"
    if entry["status"] == "failed":
        return "it had failed"
    changed = changed_parts(entry["key"], task.key)
    return f"changed: {', '.join(changed)}" if changed else "its files were missing or had been touched"


def remove_files(folder: Path, entries: Iterable[dict[str, Any]]) -> None:
    """Take away the files of reports that are no longer part of the run."""
    for entry in entries:
        for _, path in _files(entry):
            (folder / path).unlink(missing_ok=True)
        place = (folder / (entry["html"] or entry["executed"])).parent
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()


def _files(entry: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = (("html", entry["html"]), ("pdf", entry["pdf"]), ("ipynb", entry["executed"]))
    return [(suffix, path) for suffix, path in pairs if path]


def sha256_of(path: Path) -> str | None:
    """SHA-256 of a file; None where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
