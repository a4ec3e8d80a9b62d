"""The proposal as a YAML file to edit and keep: each column with its confidence and reason as a comment."""

import json
from typing import Any

import yaml

from kamlib.ledger.proposal.proposing import Proposal

WIDTH = 10_000


def profile_text(proposal: Proposal) -> str:
    """The profile with its reasons. Headers are quoted by YAML itself; comments hold one line each."""
    content = proposal.content
    lines = [
        "# Proposed by kam check. Read the reasons, mend what is wrong, and keep this file.",
        *map(_comment, proposal.facts),
    ]
    lines += [_dumped({key: content[key]}) for key in ("title", "origin")]
    lines.append("tables:")
    for guess in proposal.tables:
        lines.append(f"  {guess.table}:")
        lines += [f"    {key}: {_flow(value)}" for key, value in guess.rule.items()]
        lines.append("    columns:")
        for column in guess.columns:
            lines.append(f"      {_comment(f'{column.confidence:.0%} sure: {column.reason}')}")
            lines.append(f"      {column.column}: {_flow(column.rule)}")
    for name, headers in proposal.unused.items():
        if headers:
            lines.append(_comment(f"not used of {name}: {', '.join(headers[:60])}"))
    return "\n".join(lines) + "\n"


def _dumped(value: dict) -> str:
    return yaml.safe_dump(value, allow_unicode=True, width=WIDTH, default_flow_style=False).strip()


def _flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)  # JSON is YAML, and escapes whatever a header may hold


def _comment(text: str) -> str:
    said = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return f"# {said[:300]}"
