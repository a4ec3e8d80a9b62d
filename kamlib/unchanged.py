"""Whether a run would change nothing, told from hashes alone: before pandas or a notebook is loaded.

A finished run keeps a digest of all that was asked and read in its manifest. Where the same is asked again and
every file still is what the manifest says, nothing is left to do. Whatever cannot be told from files (a database,
an earlier run to compare with, options of their own) goes the whole way.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import yaml

HOUSE = Path(__file__).resolve().parents[1]
MANIFEST, SEAL = "manifest.json", "published.json"
UNCHANGED = "unchanged: same data, notebook, parameters, policy and kamlib"


def digest_of_request(asked: dict[str, Any]) -> tuple[Path, str] | None:
    """The folder of the run that is asked for, and a digest of the request and of every file that it reads.

    Parameters
    ----------
    asked : dict
        The command's arguments by name.

    Returns
    -------
    tuple or None
        None where the request rests on more than files, or cannot be read: the whole way tells why.
    """
    try:
        return _digest(asked)
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError, yaml.YAMLError):
        return None


def stands_as_asked(folder: Path, digest: str) -> dict[str, Any] | None:
    """The manifest of a finished run that was asked for in the same words and stands to the last byte, else None."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if (folder / SEAL).exists() or manifest["request"] != digest:
            return None
        files = {**manifest["pages"], **manifest["files"]}
        for entry in manifest["reports"]:
            if entry["status"] not in ("made", "skipped"):
                return None
            for suffix, path in (("html", entry["html"]), ("pdf", entry["pdf"]), ("ipynb", entry["executed"])):
                files[path] = entry["sha256"][suffix]
        if all(_sha256(folder / name) == wanted for name, wanted in files.items()):
            return manifest
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def _digest(asked: dict[str, Any]) -> tuple[Path, str] | None:
    run_file = asked.get("run_file")
    path = _run_file(run_file) if run_file else None
    content: dict[str, Any] = yaml.safe_load(path.read_bytes()) if path else {}
    ledger = {"path": str(asked["ledger"])} if asked.get("ledger") else content["ledger"]
    sources = ledger.get("sources") or [ledger]
    if content.get("previous") or any(set(source) - {"path", "profile", "sample", "name"} for source in sources):
        return None
    bases = (Path.cwd(), path.parent if path else Path.cwd(), HOUSE)
    files = [source.get("path") for source in sources] + [content.get(name) for name in ("mended", "identity")]
    files = list(filter(None, [*files, asked.get("mended"), content.get("policy", "params/policy.yaml")]))
    if not all(any((base / name).exists() for base in bases) for name in files):
        return None
    named = [
        *(content.get("notebooks") or []),
        *(content.get("cases") or []),
        *(source.get("profile") for source in sources),
        asked.get("profile"),
    ]
    given = [*files, *filter(None, named)]
    read = [base / str(name) for name in given for base in bases if (base / str(name)).exists()]
    read += [Path(__file__).parent, HOUSE / "notebooks", HOUSE / "params" / "profiles", HOUSE / "params" / "cases"]
    if path:
        read.append(path)
    out = asked.get("out") or content.get("out")
    name = content.get("run")
    if out is None and name is None:
        return None
    digest = hashlib.sha256(json.dumps({k: str(v) for k, v in asked.items()}, sort_keys=True).encode())
    for place in dict.fromkeys(read):
        digest.update(_content(place).encode())
    return Path(out) if out else HOUSE / "reports" / name, digest.hexdigest()


def _run_file(name: str) -> Path:
    """As `kamlib.runs.load_run` finds it."""
    given = Path(name)
    path = given if given.is_absolute() or given.exists() else HOUSE / given
    return path if path.is_file() or path.suffix in (".yaml", ".yml") else HOUSE / "params" / f"{name}.yaml"


def _content(place: Path) -> str:
    """Names and hashes of a file, or of all files below a folder."""
    if place.is_file():
        return f"{place.name}:{_sha256(place)}\n"
    lines = []
    for root, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if name not in ("__pycache__", ".ipynb_checkpoints"))
        lines += [f"{root.removeprefix(str(place))}/{name}:{_sha256(Path(root, name))}\n" for name in sorted(names)]
    return "".join(lines)


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
