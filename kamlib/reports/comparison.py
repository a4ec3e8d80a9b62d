"""Two runs side by side: which figures moved, and what can have moved them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.reports.manifest import KEPT, read_manifest
from kamlib.reports.plan import changed_parts

NEGLIGIBLE = 1e-9
SAID = ("level", "decision")


@dataclass(frozen=True)
class Comparison:
    """What `compare_runs` found.

    Attributes
    ----------
    figures : DataFrame
        ``report, client_id, client, figure, before, after, change, relative``: every figure that moved, was not
        there, or is there no longer; the largest relative change first.
    words : DataFrame
        ``report, client_id, client, what, before, after``: each level and decision that reads differently, levels first.
    causes : DataFrame
        ``report, client_id, changed``: for each report in both runs, which of data, notebook, parameters, policy
        and code differ.
    policy, ledger : DataFrame
        ``what, before, after``: values of the policy, and facts of the ledger, that differ.
    only_before, only_after : tuple of str
        Reports that only one run has.
    """

    figures: pd.DataFrame
    words: pd.DataFrame
    causes: pd.DataFrame
    policy: pd.DataFrame
    ledger: pd.DataFrame
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def compare_runs(before: Path, after: Path) -> Comparison:
    """Compare the figures of two runs' manifests.

    Raises
    ------
    DataError
        A folder without a manifest.
    """
    old, new = read_manifest(before), read_manifest(after)
    left, right = _entries(old), _entries(new)
    shared = [stem for stem in right if stem in left]
    figures = [row for stem in shared for row in _moved(left[stem], right[stem])]
    words = [row for what in SAID for stem in shared for row in _reworded(left[stem], right[stem], what)]
    causes = [
        {
            "report": right[stem]["notebook"],
            "client_id": right[stem]["client_id"] or "",
            "changed": ", ".join(changed_parts(left[stem]["key"], right[stem]["key"])) or "nothing",
        }
        for stem in shared
    ]
    moved = pd.DataFrame(
        figures, columns=["report", "client_id", "client", "figure", "before", "after", "change", "relative"]
    )
    order = moved["relative"].abs().sort_values(ascending=False, kind="stable", na_position="first").index
    return Comparison(
        figures=moved.loc[order].reset_index(drop=True),
        words=pd.DataFrame(words, columns=["report", "client_id", "client", "what", "before", "after"]),
        causes=pd.DataFrame(causes, columns=["report", "client_id", "changed"]),
        policy=_differences(_flat(old.get("policy", {})), _flat(new.get("policy", {}))),
        ledger=_differences(_ledger_facts(old), _ledger_facts(new)),
        only_before=tuple(stem for stem in left if stem not in right),
        only_after=tuple(stem for stem in right if stem not in left),
    )


def _entries(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        entry["executed"].removeprefix("executed/").removesuffix(".ipynb"): entry
        for entry in manifest["reports"]
        if entry["status"] in KEPT
    }


def _moved(left: dict[str, Any], right: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures of one report that differ."""
    old, new = left["facts"]["figures"], right["facts"]["figures"]
    rows = []
    for name in [*new, *[name for name in old if name not in new]]:
        a, b = old.get(name), new.get(name)
        if a is None and b is None:
            continue
        if a is not None and b is not None and abs(b - a) <= NEGLIGIBLE * max(abs(a), abs(b), 1):
            continue
        change = b - a if a is not None and b is not None else None
        rows.append(
            {
                "report": right["notebook"],
                "client_id": right["client_id"] or "",
                "client": right["client"] or "",
                "figure": name,
                "before": a,
                "after": b,
                "change": change,
                "relative": change / abs(a) if change is not None and a else None,
            }
        )
    return rows


def _reworded(left: dict[str, Any], right: dict[str, Any], what: str) -> list[dict[str, Any]]:
    """What a report says differently: one row, or none."""
    name = "level_word" if what == "level" else what
    old, new = (entry["facts"].get(name) or "" for entry in (left, right))
    if old == new:
        return []
    who = {"client_id": right["client_id"] or "", "client": right["client"] or ""}
    return [{"report": right["notebook"], **who, "what": what, "before": old, "after": new}]


def _ledger_facts(manifest: dict[str, Any]) -> dict[str, Any]:
    ledger = manifest["ledger"]
    facts = {"as_of": manifest["as_of"], "source": ledger["source"], "data": ledger["sha256"][:12]}
    facts |= {f"{name}: rows used": table["rows_used"] for name, table in ledger["tables"].items()}
    facts |= {f"{name}: rows quarantined": table["rows_quarantined"] for name, table in ledger["tables"].items()}
    return facts | {f"version of {name}": version for name, version in manifest["versions"].items()}


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    """A nested mapping as dotted names."""
    if not isinstance(value, dict):
        return {name: value}
    return {
        key: leaf for part, item in value.items() for key, leaf in _flat(item, f"{name}.{part}".lstrip(".")).items()
    }


def _differences(old: dict[str, Any], new: dict[str, Any]) -> pd.DataFrame:
    rows = [
        {"what": name, "before": _word(old.get(name)), "after": _word(new.get(name))}
        for name in [*new, *[name for name in old if name not in new]]
        if old.get(name) != new.get(name)
    ]
    return pd.DataFrame(rows, columns=["what", "before", "after"])


def _word(value: Any) -> str:
    return "" if value is None else str(value)
