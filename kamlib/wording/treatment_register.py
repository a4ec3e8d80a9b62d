"""The risk register in sentences: where it comes from, what is not in order, its heat map."""

from kamlib.blocks import Caption, Note
from kamlib.language import listing, sentences, tr, trn
from kamlib.treatment import Register


def note_register(register: Register) -> Note:
    """Where the register comes from, and what in it is not in order."""
    said = []
    if not register.from_file:
        said.append(tr("The register file has no entries: every entry is a proposal that nobody has looked at."))
    if register.entries.empty:
        said.append(tr("No risk is material: the register is empty."))
    if register.unmatched:
        said.append(
            tr(
                "The file edits what is not proposed: {ids}. Mend the id, or give kind, probability and inherent.",
                ids=listing(list(register.unmatched)),
            )
        )
    if len(register.past_review):
        said.append(
            trn(
                "{n} entry is past its day of review.",
                "{n} entries are past their day of review.",
                len(register.past_review),
                n=len(register.past_review),
            )
        )
    if len(register.unowned):
        names = listing(sorted({name or tr("nobody named") for name in register.unowned["owner"]}))
        said.append(tr("Owner not known: {names}. Name an account manager, or add people to the policy.", names=names))
    said.append(
        tr(
            "Money is what a loss costs if it happens, probability is of a year: for credit by grade, or by warning level "
            "where that is worse; for the rest the policy's (weak). Inherent: nothing protects. Today: protections in force. "
            "Planned: with the mitigations picked below. Entries are not added up as if they came together."
        )
    )
    return Note("", (sentences(*said),), small=True)


def caption_heat(register: Register, planned: bool) -> Caption:
    """Entries by likelihood and money, before or after the plan."""
    money = register.entries["planned_band" if planned else "inherent_band"]
    grave = int(((money >= 3) & (register.entries["likelihood_band"] >= 2)).sum())
    title = (
        trn("With the plan {n} serious entry stays", "With the plan {n} serious entries stay", grave, n=grave)
        if planned
        else trn("Unprotected, {n} entry is serious", "Unprotected, {n} entries are serious", grave, n=grave)
    )
    subtitle = tr(
        "Entries by likelihood (up) and money (right), numbers as in the table; serious: possible and large, or more"
    )
    return Caption(title, subtitle, tr("Heat map. {title}.", title=title))
