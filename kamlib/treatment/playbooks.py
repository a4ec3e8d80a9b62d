"""Emergency plans: Markdown that people write, filled with a client's own figures, found by what triggers them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import Field

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.settings import HOUSE, Strict, checked_model

PLAYBOOKS = HOUSE / "params" / "playbooks"
SECTIONS = 7
PLACEHOLDER = re.compile(r"\{(\w+)\}")
FIGURES = (
    "client", "client_id", "company", "manager", "day", "exposure", "overdue", "protected", "uncovered", "at_risk",
    "revenue", "share", "limit", "insured", "level", "signs", "notify_by", "claim_by", "country", "claim_days",
    "reclaim_days", "law", "first_day", "first_week", "first_month",
)  # fmt: skip
"""What a playbook may say in braces."""


class PlaybookHead(Strict):
    """What stands between the dashed lines at the top of a playbook."""

    title: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    triggers: tuple[str, ...] = ()  # indicators, event kinds, warning levels or gaps


@dataclass(frozen=True)
class Playbook:
    """One emergency plan.

    Attributes
    ----------
    name : str
        Its file without suffix.
    head : PlaybookHead
    sections : tuple of (str, tuple of str)
        Heading, and its paragraphs and list items, unfilled.
    """

    name: str
    head: PlaybookHead
    sections: tuple[tuple[str, tuple[str, ...]], ...]

    def filled(self, figures: Mapping[str, str], unknown: Collection[str] = ()) -> "Playbook":
        """The same plan with a client's figures in place of the braces; a line of its steps whose every figure is
        unknown is left out, unless it stands alone."""

        def fill(text: str) -> str:
            return PLACEHOLDER.sub(lambda found: figures.get(found[1], found[0]), text)

        def said(lines: tuple[str, ...]) -> tuple[str, ...]:
            named = [set(PLACEHOLDER.findall(line)) for line in lines]
            kept = [line for line, names in zip(lines, named, strict=True) if not names or names - set(unknown)]
            return tuple(map(fill, kept or lines))

        done = tuple((heading, said(lines)) for heading, lines in self.sections)
        return Playbook(self.name, self.head, done)


def read_playbooks(lang: str, folder: Path | None = None) -> dict[str, Playbook]:
    """Every playbook of a language, by name.

    Raises
    ------
    DataError
        No such folder; a file without a head, with an unknown key or an unknown name in braces, or with fewer than
        seven headed sections: every fault at once.
    """
    place = (folder or PLAYBOOKS) / lang
    paths = sorted(place.glob("*.md"))
    if not paths:
        raise DataError(Fault("playbooks", str(place), "Put the emergency plans there, one Markdown file each."))
    found, faults = {}, []
    for path in paths:
        try:
            found[path.stem] = _parsed(path)
        except DataError as error:
            faults += error.faults
    raise_faults(faults)
    return found


def playbook_for(playbooks: Mapping[str, Playbook], triggers: Collection[str]) -> Playbook | None:
    """The plan that most of the triggers call for; of equal ones the first by name; None where none does."""
    counts = {name: len(set(book.head.triggers) & set(triggers)) for name, book in playbooks.items()}
    best = max(counts, key=lambda name: counts[name], default="")
    return playbooks[best] if best and counts[best] else None


def chosen_playbook(playbooks: Mapping[str, Playbook], name: str) -> Playbook:
    """The plan of a name.

    Raises
    ------
    DataError
        None of that name; the remedy lists those there are.
    """
    if name not in playbooks:
        raise DataError(
            Fault("playbook", name, f"Use one of {', '.join(playbooks)}, or write params/playbooks/…/{name}.md.")
        )
    return playbooks[name]


def _parsed(path: Path) -> Playbook:
    where = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        _, head, body = re.split(r"^---\s*$", text, maxsplit=2, flags=re.MULTILINE)
        content = yaml.safe_load(head)
    except (OSError, ValueError, yaml.YAMLError) as error:
        remedy = "Begin it with a line of dashes, title, owner and triggers as YAML, and another line of dashes."
        raise DataError(Fault(where, "no head", remedy)) from error
    checked = checked_model(PlaybookHead, content, where)
    sections = []
    for part in re.split(r"^## ", body, flags=re.MULTILINE)[1:]:
        heading, *lines = part.splitlines()
        joined = re.split(r"\n\s*\n|\n(?=- )", "\n".join(lines).strip())
        told = (" ".join(line.split()).removeprefix("- ") for line in joined)
        sections.append((heading.strip(), tuple(line for line in told if line)))
    faults = [
        Fault(where, f"{{{name}}}", f"Use one of {', '.join(FIGURES)}.")
        for name in sorted(set(PLACEHOLDER.findall(body)) - set(FIGURES))
    ]
    if len(sections) < SECTIONS:
        remedy = "Say trigger, first day, first week, first month, contacts, communication and legal steps, each as ## heading."
        faults.append(Fault(where, f"{len(sections)} sections", remedy))
    raise_faults(faults)
    return Playbook(path.stem, checked, tuple(sections))
