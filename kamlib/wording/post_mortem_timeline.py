"""The timeline of a case in words: its marks, lanes and caption."""

from kamlib import formats
from kamlib.blocks import Caption
from kamlib.language import tr, trn
from kamlib.post_mortem import PostMortem, level_name
from kamlib.wording.post_mortem_names import (
    DECISION_WORDS,
    MARK_NAMES,
    case_money,
    part_name,
    said,
)
from kamlib.wording.warning_names import INDICATOR_NAMES, WARNING_LEVELS


def caption_timeline(found: PostMortem) -> Caption:
    """What happened when."""
    replay = found.replay
    if replay is not None and replay.alarm_then is not None:
        title = tr("Signals stood {days} days before the event", days=formats.number(replay.lead_days("then")))
    elif replay is not None:
        title = tr("No alarm stood before the event")
    else:
        title = tr("What was published, in order")
    if replay is None:
        subtitle = tr("One dot for each decision, event and payment that was published; numbers refer to the table")
        return Caption(title, subtitle, tr("Time line. {title}.", title=title))
    subtitle = tr(
        "Above: owed (line), received a month (bars), limit (dashed), {unit}. Below: one dot for each signal, decision, "
        "contact, event and payment; numbers refer to the table",
        unit=formats.currency_name(found.currency),
    )
    return Caption(title, subtitle, tr("Time line. {title}.", title=title))


def mark_text(found: PostMortem, mark) -> str:
    """A mark of the timeline in words."""
    if mark.code == "level":
        return tr(
            "Level from {before} to {after}",
            before=tr(WARNING_LEVELS[level_name(int(mark.value_before))]),
            after=tr(WARNING_LEVELS[level_name(int(mark.value))]),
        )
    if mark.code == "indicator":
        return tr(INDICATOR_NAMES[mark.text])
    if mark.code == "limit":
        return tr(
            "Limit from {before} to {after}", before=formats.money(mark.value_before), after=formats.money(mark.value)
        )
    if mark.code.startswith("decided_"):
        kind = mark.code.removeprefix("decided_")
        return tr("{kind}: {what}", kind=tr(DECISION_WORDS[kind]) if kind in DECISION_WORDS else kind, what=mark.text)
    if mark.code.startswith("received_"):
        return tr(
            "{part}: {money}", part=part_name(mark.code.removeprefix("received_")), money=case_money(found, mark.value)
        )
    if mark.code == "complaint":
        return tr("Complaint")
    if mark.code == "contacts":
        return trn("{n} contact in the quarter", "{n} contacts in the quarter", int(mark.value), n=int(mark.value))
    return said(mark.text)


def mark_kind(kind: str) -> str:
    """The lane of a mark."""
    return tr(MARK_NAMES[kind])


def lane_names() -> list[str]:
    """The lanes of the timeline, from the top."""
    return [mark_kind(kind) for kind in ("signal", "decision", "contact", "event", "payment")]
