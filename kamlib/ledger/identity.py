"""Who is who: spellings that may be one client, merges that a person has confirmed, and connected groups."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pydantic import Field, model_validator

from kamlib.settings import Strict, checked_model, read_yaml

IDENTITY_FILE = "identity.yaml"
LEGAL_FORMS = [
    "ag",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "llp",
    "ltd",
    "nv",
    "plc",
    "pty",
    "sa",
    "sarl",
    "srl",
    "spa",
    "the",
]
CHINESE_FORMS = re.compile("(股份|有限|责任|集团|公司)+$")
MANY = 3_000  # more names than these are compared within their first letters only
HEAD = """# Spellings that may be one client, found by comparing names. Nothing here is applied until a person has
# looked: set confirmed to true, and name this file in the run file (identity: identity.yaml). Rows of the ids under
# merge then count for keep. Lines may be changed, added or deleted; evidence and confidence are only told.
"""


class Merge(Strict):
    """One proposal or decision: the ids under `merge` are `keep`."""

    keep: str
    merge: list[str] = Field(min_length=1)
    confirmed: bool = False
    confidence: float | None = None
    evidence: str = ""

    @model_validator(mode="after")
    def _not_itself(self) -> "Merge":
        if self.keep in self.merge:
            raise ValueError(f"{self.keep} cannot be merged into itself")
        return self


class Identities(Strict):
    """The content of an ``identity.yaml``."""

    merges: list[Merge] = []
    spellings: dict[str, list[str]] = {}


@dataclass(frozen=True)
class Likeness:
    """Two client ids whose names are alike.

    Attributes
    ----------
    keep, merge : str
        The ids; the first in alphabetical order is kept.
    confidence : float
        Likeness of the names in [0, 1], legal forms, case, marks and the order of words left aside.
    evidence : str
        The two names.
    """

    keep: str
    merge: str
    confidence: float
    evidence: str


def plain_name(name: str) -> str:
    """A name without case, accents, marks and legal forms, its words in order.

    Examples
    --------
    >>> plain_name("The Halden-Maritime Co., Ltd.")
    'halden maritime'
    >>> plain_name("华北机械股份有限公司")
    '华北机械'
    """
    flat = unicodedata.normalize("NFKD", str(name)).casefold()
    flat = "".join(mark for mark in flat if not unicodedata.combining(mark))
    words = [word for word in re.sub(r"[^\w]+", " ", flat).split() if word not in LEGAL_FORMS]
    return CHINESE_FORMS.sub("", " ".join(sorted(words))) or flat.strip()


def propose_merges(names: pd.DataFrame, min_similarity: float) -> list[Likeness]:
    """Pairs of ids whose names are alike.

    Parameters
    ----------
    names : DataFrame
        ``client_id, name``; an id may have several rows, one a spelling.
    min_similarity : float
        From which likeness a pair is proposed.

    Returns
    -------
    list of Likeness
        Surest first.

    References
    ----------
    rapidfuzz, ``ratio`` (normalised Indel distance) of the sorted words.

    Examples
    --------
    >>> names = pd.DataFrame({"client_id": ["1", "2", "3"], "name": ["Halden Ltd", "HALDEN", "Nordhavn"]})
    >>> [(pair.keep, pair.merge, pair.confidence) for pair in propose_merges(names, 0.9)]
    [('1', '2', 1.0)]
    """
    from rapidfuzz import fuzz, process

    known = names.dropna(subset=["client_id", "name"]).astype("str").drop_duplicates()
    known = known.assign(plain=known["name"].map(plain_name)).sort_values(["client_id", "name"])
    known = known[known["plain"].str.len() >= 2].drop_duplicates(["client_id", "plain"])
    block = known["plain"].str[:2] if len(known) > MANY else pd.Series("", index=known.index)
    best: dict[tuple[str, str], Likeness] = {}
    for _, rows in known.groupby(block, sort=True):
        plain, ids, written = rows["plain"].tolist(), rows["client_id"].tolist(), rows["name"].tolist()
        for i, name in enumerate(plain):
            hits = process.extract(
                name, plain[i + 1 :], scorer=fuzz.ratio, score_cutoff=100 * min_similarity, limit=None
            )
            for _, score, offset in hits:
                j = i + 1 + offset
                pair = (min(ids[i], ids[j]), max(ids[i], ids[j]))
                if pair[0] != pair[1] and (pair not in best or best[pair].confidence < score / 100):
                    best[pair] = Likeness(*pair, round(score / 100, 3), f"{written[i]} / {written[j]}")
    return sorted(best.values(), key=lambda pair: (-pair.confidence, pair.keep, pair.merge))


def write_proposals(path: Path, pairs: Sequence[Likeness], names: pd.DataFrame) -> None:
    """The proposals as an editable file, none confirmed; ids with several spellings are listed with them."""
    spelt = names.dropna().drop_duplicates().groupby("client_id")["name"].agg(list)
    content = {
        "merges": [
            {
                "keep": pair.keep,
                "merge": [pair.merge],
                "confirmed": False,
                "confidence": pair.confidence,
                "evidence": pair.evidence,
            }
            for pair in pairs
        ],
        "spellings": {str(key): sorted(map(str, value)) for key, value in spelt.items() if len(value) > 1},
    }
    if content["merges"] or content["spellings"]:
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
        path.write_text(HEAD + text, encoding="utf-8")


def confirmed_merges(path: Path) -> dict[str, str]:
    """Merged id → kept id, of the confirmed merges in an identity file; chains are followed to their end.

    Raises
    ------
    DataError
        An unreadable file, unknown keys, an id merged into two others, or merges in a circle.
    """
    content = checked_model(_Consistent, read_yaml(path) or {}, f"identity {path.name}")
    return content.resolved()


class _Consistent(Identities):
    @model_validator(mode="after")
    def _one_target(self) -> "_Consistent":
        targets: dict[str, str] = {}
        for merge in (merge for merge in self.merges if merge.confirmed):
            for client in merge.merge:
                if targets.setdefault(client, merge.keep) != merge.keep:
                    raise ValueError(f"{client} is merged into both {targets[client]} and {merge.keep}")
        for client in targets:
            seen, step = {client}, targets[client]
            while step in targets:
                if step in seen:
                    raise ValueError(f"the merges of {client} run in a circle")
                seen.add(step)
                step = targets[step]
        return self

    def resolved(self) -> dict[str, str]:
        """Every merged id with the id that it ends at."""
        targets = {client: merge.keep for merge in self.merges if merge.confirmed for client in merge.merge}
        ends = {}
        for client, keep in targets.items():
            while keep in targets:
                keep = targets[keep]
            ends[client] = keep
        return ends


def connected_groups(clients: pd.DataFrame, dependence_share: float) -> pd.Series:
    """The group of each client: under common control, or economically dependent on one another.

    Parameters
    ----------
    clients : DataFrame
        ``client_id, group_id``, and where known ``depends_on`` (a client's id) with ``dependence_share`` (the part
        of its receipts or spending that comes from there).
    dependence_share : float
        From which part on two clients count as one.

    Returns
    -------
    Series, index client_id
        The name of its group: a ``group_id`` of its members, else the first id; a client alone is its own.

    References
    ----------
    Basel Committee, LEX10.10 to 10.16: groups of connected counterparties by control and by economic
    interdependence (50 % of gross receipts or expenditures).

    Examples
    --------
    >>> clients = pd.DataFrame({"client_id": ["a", "b", "c"], "group_id": ["G", None, None],
    ...     "depends_on": [None, "a", None], "dependence_share": [None, 0.6, None]})
    >>> connected_groups(clients, 0.5).to_dict()
    {'a': 'G', 'b': 'G', 'c': 'c'}
    """
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    rows: list[Mapping[str, Any]] = clients.to_dict("records")
    for row in rows:
        client = f"client {row['client_id']}"
        root(client)
        if pd.notna(row.get("group_id")):
            parent[root(client)] = root(f"group {row['group_id']}")
        depends, part = row.get("depends_on"), row.get("dependence_share")
        if pd.notna(depends) and pd.notna(part) and part >= dependence_share:
            parent[root(client)] = root(f"client {depends}")
    members: dict[str, list[str]] = defaultdict(list)
    for node in list(parent):
        members[root(node)].append(node)
    named = {
        top: min(nodes, key=lambda node: (not node.startswith("group "), node)).split(" ", 1)[1]
        for top, nodes in members.items()
    }
    ids = [str(row["client_id"]) for row in rows]
    return pd.Series([named[root(f"client {client}")] for client in ids], index=pd.Index(ids, name="client_id"))
