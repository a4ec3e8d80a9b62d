"""Replay, look-alikes and lessons of a case, in sentences."""

from kamlib import formats
from kamlib.blocks import Note
from kamlib.language import sentences, tr
from kamlib.post_mortem import PostMortem
from kamlib.wording.warning_names import INDICATOR_NAMES


def say_no_replay() -> Note:
    """Where the replay would stand."""
    return Note(tr("Month by month"), (tr("Without the client's ledger nothing can be replayed."),))


def say_lookalikes(found: PostMortem) -> Note:
    """How far the list of look-alikes may be believed."""
    alike = found.lookalikes
    if found.replay is None:
        return Note(tr("Look-alikes"), (tr("Without a ledger no client can be compared."),))
    if alike is None:
        return Note(tr("Look-alikes"), (tr("The case showed no sign at these times, so nobody can look like it."),))
    if alike.clients.empty:
        return Note(tr("Look-alikes"), (tr("No client shares a sign with the case today."),))
    if not alike.seen:
        return Note(tr("Look-alikes"), (tr("No past client was as near with a year behind it: the list is untested."),))
    return Note(
        tr("Look-alikes"),
        (
            tr(
                "{n} clients of past dates were as near as these; {hit} of them defaulted or paid over 90 days late within "
                "{months} months: {rate} ({low} to {high}), against {base} of all clients. Do not believe the list blindly.",
                n=formats.number(alike.seen),
                hit=formats.number(alike.defaulted),
                months=formats.number(alike.horizon_months),
                rate=formats.share(alike.rate.value),
                low=formats.share(alike.rate.low),
                high=formats.share(alike.rate.high),
                base=formats.share(alike.base_rate.value),
            ),
        ),
    )


def say_lessons(found: PostMortem) -> Note:
    """What was tried, and against what it is judged."""
    lessons = found.lessons
    if lessons is None:
        return Note(tr("Lessons for the policy"), (tr("Without a ledger no change of the policy can be tried."),))
    told = tr(
        "{tried} changes were tried, {kept} of them are shown. False alarms are counted over {months} months of {clients} other "
        "clients; today's policy raised {false} of them and warned of this case {days} days ahead.",
        tried=formats.number(lessons.tried),
        kept=formats.number(len(lessons.changes)),
        months=formats.number(lessons.months),
        clients=formats.number(lessons.clients),
        false=formats.number(lessons.false_alarms),
        days=formats.number(lessons.lead_days),
    )
    none = tr("None of them would have warned earlier.") if lessons.changes.empty else ""
    one = tr("One case proves nothing: a change is a proposal, to be weighed against its false alarms.")
    return Note(tr("Lessons for the policy"), (sentences(told, none, one),))


def change_words(change) -> str:
    """One change of the policy in words."""
    if change.path[0] == "level_bands":
        return tr("levels begin at {bands}", bands=" · ".join(f"{band:g}" for band in change.after))
    name = tr(INDICATOR_NAMES[change.indicator])
    before, after = f"{change.before:g}", f"{change.after:g}"
    if change.path[0] == "weights":
        return tr("weight of “{name}” from {before} to {after}", name=name, before=before, after=after)
    return tr("threshold of “{name}” from {before} to {after}", name=name, before=before, after=after)
