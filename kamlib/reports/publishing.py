"""A finished quarter: its files checked against its manifest, published, and never changed again.

``kam verify`` says what was touched since the run; ``kam publish`` seals a run that stands as made; a sealed
folder is replaced only by ``kam run --supersede``, which keeps it beside the new one.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kamlib.errors import DataError, Fault
from kamlib.reports.holding import HOLDER, LOCK
from kamlib.reports.manifest import KEPT, put_file, read_manifest, sha256_of
from kamlib.unchanged import MANIFEST, SEAL


@dataclass(frozen=True)
class Verification:
    """What became of a run's files: paths below its folder."""

    checked: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    published: str | None
    sealed_manifest_changed: bool = False

    @property
    def stands(self) -> bool:
        """Whether every file is what the manifest says, with none beside them."""
        return not (self.changed or self.missing or self.unknown or self.sealed_manifest_changed)


def verify_run(folder: Path) -> Verification:
    """Check every file of a run against its manifest.

    Raises
    ------
    DataError
        No manifest that can be read.
    """
    manifest = read_manifest(folder)
    wanted = files_of(manifest)
    found = {name: sha256_of(folder / name) for name in wanted}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    seal = _seal(folder)
    return Verification(
        checked=len(wanted),
        changed=tuple(sorted(name for name, digest in found.items() if digest is not None and digest != wanted[name])),
        missing=tuple(sorted(name for name, digest in found.items() if digest is None)),
        unknown=tuple(sorted(there - set(wanted) - {MANIFEST, SEAL, LOCK, HOLDER})),
        published=seal["published"] if seal else None,
        sealed_manifest_changed=bool(seal) and seal["manifest"] != sha256_of(folder / MANIFEST),
    )


def publish_run(folder: Path, moment: str) -> Verification:
    """Seal a run: from here on its folder is not written to again.

    Raises
    ------
    DataError
        A report that failed, a file that was touched, or a seal that is there already.
    """
    manifest, state = read_manifest(folder), verify_run(folder)
    failed = [entry["executed"] for entry in manifest["reports"] if entry["status"] not in KEPT]
    faults = [Fault("publish", name, "Its report failed: run again before it is published.") for name in failed]
    faults += [
        Fault("publish", f"{name} {what}", "Run again: only what stands as it was made can be published.")
        for what, names in (
            ("was changed", state.changed),
            ("is missing", state.missing),
            ("is not of this run", state.unknown),
        )
        for name in names
    ]
    if state.published:
        faults.append(
            Fault("publish", f"published on {state.published}", "It is sealed already; there is nothing to do.")
        )
    if faults:
        raise DataError(faults)
    seal = {"published": moment, "manifest": sha256_of(folder / MANIFEST)}
    put_file(folder / SEAL, json.dumps(seal, indent=1).encode())
    return verify_run(folder)


def check_open(folder: Path, supersede: bool) -> list[Fault]:
    """What forbids a run into a folder: a seal, unless it is to be superseded."""
    seal = _seal(folder)
    if seal is None or supersede:
        return []
    remedy = "Choose another folder with --out, or give --supersede: the published one is kept beside it."
    return [Fault("out", f"{folder} was published on {seal['published']}", remedy)]


def set_aside(folder: Path) -> Path | None:
    """Move a published folder beside its place, under the first free name; None where there is none."""
    if _seal(folder) is None:
        return None
    serial = 1
    while (kept := folder.with_name(f"{folder.name}.superseded-{serial}")).exists():
        serial += 1
    folder.rename(kept)
    return kept


def files_of(manifest: dict[str, Any]) -> dict[str, str]:
    """Every file a manifest vouches for, with its SHA-256: reports, pages, and the ledger's snapshot."""
    files = {
        name: digest for name, digest in {**manifest.get("pages", {}), **manifest.get("files", {})}.items() if digest
    }
    for entry in manifest["reports"]:
        for suffix, path in (("html", entry["html"]), ("pdf", entry["pdf"]), ("ipynb", entry["executed"])):
            if path and suffix in entry["sha256"]:
                files[path] = entry["sha256"][suffix]
    return files


def _seal(folder: Path) -> dict[str, Any] | None:
    try:
        return json.loads((folder / SEAL).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {"published": "a day that cannot be read", "manifest": ""}
