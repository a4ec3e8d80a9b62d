"""What the counterfactuals of a case rest on, in sentences."""

from kamlib import formats
from kamlib.blocks import Note
from kamlib.language import listing, sentences, tr
from kamlib.post_mortem import PostMortem
from kamlib.wording.post_mortem_names import (
    MEASURE_WORDS,
    WHY_NOT,
    case_money,
)


def say_counterfactuals(found: PostMortem) -> Note:
    """What the counterfactuals rest on."""
    judged = found.counterfactuals
    told = [
        tr(
            "As it was, {base} was lost of the receivable; without the protections held it would have been {bare}.",
            base=case_money(found, judged.base),
            bare=case_money(found, judged.unprotected),
        ),
        tr(
            "Cost is that of the whole window of {years} years, as if nothing had happened; refused and lost orders cost their "
            "margin. Each measure's size is a convention of the policy (weak).",
            years=formats.number(judged.years, 1),
        ),
        tr("A dash at break-even means that it saved nothing in this case."),
    ]
    if judged.not_possible:
        names = listing(
            [
                tr("{measure} ({why})", measure=tr(MEASURE_WORDS[name]), why=tr(WHY_NOT[why]))
                for name, why in judged.not_possible
            ]
        )
        told.append(tr("Not judged: {names}.", names=names))
    if judged.margin_assumed:
        told.append(tr("The margin is not known: the policy's assumed rate stands for it."))
    if found.case.won:
        told.append(tr("Nothing was lost, so that here every measure shows its cost alone."))
    return Note(tr("How the measures are judged"), (sentences(*told),), small=True)


def say_no_measures(found: PostMortem) -> Note:
    """Where the counterfactuals would stand."""
    told = tr("Without what was owed and what the client bought, no measure can be judged.")
    return Note(tr("What each measure would have done"), (told,))
