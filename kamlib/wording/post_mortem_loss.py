"""The loss of a case in sentences: its caption, its steps, how it is counted."""

from kamlib import formats
from kamlib.blocks import Caption, Note
from kamlib.language import listing, sentences, tr
from kamlib.post_mortem import PostMortem
from kamlib.wording.post_mortem_names import (
    UNTOLD,
    part_name,
)


def caption_case_loss(found: PostMortem) -> Caption:
    """The loss waterfall."""
    loss = found.loss
    title = (
        tr("Nothing was lost")
        if loss.total < 0.01 * max(loss.exposure, 1.0)
        else tr(
            "{total} lost in all, {lgd} of the receivable",
            total=formats.money(loss.total),
            lgd=formats.share(loss.lgd, 0),
        )
    )
    subtitle = tr("From what was owed to the loss, {unit}", unit=formats.currency_name(found.currency))
    return Caption(title, subtitle, tr("Waterfall chart. {title}.", title=title))


def loss_step_names(found: PostMortem) -> list[str]:
    """The steps of the loss waterfall, for its chart."""
    return [part_name(part) for part in found.loss.steps["part"]]


def part_total() -> str:
    """The last bar of the loss waterfall."""
    return tr("Lost in all")


def say_loss_case(found: PostMortem) -> Note:
    """How the loss was counted."""
    loss, rules = found.loss, found.policy.post_mortem
    order = listing([part_name(kind) for kind in rules.payout_order])
    told = [
        tr("Protections pay by their terms, in this order, each on what is left: {order}.", order=order),
        tr(
            "Money that came later is discounted at {rate} a year; protections are taken to pay after {days} days (weak).",
            rate=formats.share(rules.discount_rate),
            days=formats.number(rules.payout_days),
        ),
    ]
    insured = sum(paid for protection, paid in loss.paid if protection.kind == "insurance")
    if abs(loss.other_order - insured) >= 0.005:
        told.append(
            tr(
                "Insurance: the deductible is taken {order} the insured share; the other way round it would pay {other} "
                "instead of {paid}.",
                order=tr("after") if rules.deductible_order == "after_share" else tr("before"),
                other=formats.money_full(loss.other_order),
                paid=formats.money_full(insured),
            )
        )
    if found.replay is not None and not found.case.won:
        told.append(
            tr("Margin lost and stranded stock are estimates, by the money at risk on the day of the event (base).")
        )
    return Note(tr("How the loss is counted"), (sentences(*told),), small=True)


def say_no_loss(found: PostMortem) -> Note:
    """Where the loss would stand."""
    why = [tr(UNTOLD[code]) for code in ("no_invoices", "no_receipts", "no_exposure") if code in found.untold]
    return Note(tr("The loss, to the cent"), tuple(why))
