"""What of all receivables may be lost and when the rest will come, the grades of a quarter, past defaults: in words."""

from kamlib import formats
from kamlib.blocks import Note
from kamlib.credit.default_history import DefaultHistory
from kamlib.credit.grade_shift import MOVED, SHIFTED, STABLE, GradeShift
from kamlib.credit.payment_outlook import PaymentOutlook
from kamlib.credit.provisions import PortfolioProvision
from kamlib.language import phrase, sentences, tr, trn
from kamlib.wording.shared import money_in

VERDICTS = {
    STABLE: phrase("The grades are stable: rates by grade learned before still speak of the same portfolio."),
    MOVED: phrase("The grades have moved: look at which clients did before using rates by grade learned earlier."),
    SHIFTED: phrase(
        "The grades have shifted: rates by grade learned earlier no longer fit this portfolio; check the scorecard."
    ),
}
LATE_METHODS = {
    "past_average": phrase("each client's own past average"),
    "logit": phrase("a logit on how the client has paid, which did better than its past average on later invoices"),
}


def say_book_provision(found: PortfolioProvision) -> Note:
    """The expected credit loss of the portfolio, and who stands in stage three."""
    if not len(found.matrix):
        return Note("", (tr("What may be lost of the receivables is not known: there are no receipts."),))
    stages = found.by_stage
    total = float(found.matrix["balance"].sum())
    said = tr(
        "Of {open} open invoices {loss} is expected to be lost ({share}).",
        open=money_in(found.currency, total),
        loss=money_in(found.currency, found.allowance),
        share=formats.share(found.allowance / total if total > 0 else float("nan")),
    )
    count = int(stages.at[3, "clients"])
    owed = money_in(found.currency, float(stages.at[3, "open_invoices"]))
    default = tr("No client is presumed in default.")
    if count:
        default = trn(
            "{count} client is presumed in default and owes {open}.",
            "{count} clients are presumed in default and owe {open}.",
            count,
            count=formats.number(count),
            open=owed,
        )
    return Note("", (sentences(said, default),))


def say_grade_shift(found: GradeShift) -> Note:
    """What the stability index says."""
    if not found.verdict:
        return Note("", (tr("No client could be graded on one of the two days, so nothing can be compared."),))
    said = tr("Population stability index of the grades in a quarter: {psi}.", psi=formats.number(found.psi, 3))
    return Note("", (sentences(said, tr(VERDICTS[found.verdict])),))


def say_defaults(found: DefaultHistory) -> Note:
    """How often clients have defaulted, and where their probabilities of default come from."""
    rate = found.rate
    said = tr(
        "All years together, drawn towards the rate of the unrated grade: {rate} a year (95 %: {low} to {high}).",
        rate=formats.share(rate.value, 2), low=formats.share(rate.low, 2), high=formats.share(rate.high, 2),
    )  # fmt: skip
    if found.model is None:
        count = formats.number(float(found.cohorts["defaults"].sum()))
        how = tr("{count} defaults are too few for a model of our own: each client's probability of default is its grade's.", count=count)  # fmt: skip
    elif found.auc is None:
        how = tr("A model of how clients pay gives each client's probability of default; it could not be judged on a later year.")  # fmt: skip
    else:
        how = tr(
            "A model of how clients pay gives each client's probability of default; judged on the last year: AUC {auc} (95 %: {low} to {high}), Brier {brier}.",
            auc=formats.number(found.auc.value, 3),
            low=formats.number(found.auc.low, 3),
            high=formats.number(found.auc.high, 3),
            brier=formats.number(found.brier, 4),
        )
    return Note("", (sentences(said, how),))


def say_outlook(found: PaymentOutlook, currency: str) -> Note:
    """How much of the open money is late or expected to be."""
    if found.model is None:
        return Note("", (tr("When the money will come is not known: there are no receipts."),))
    said = tr(
        "{late} of {open} open invoices is late already or expected to be, by {method}.",
        late=money_in(currency, found.expected_late),
        open=money_in(currency, float(found.invoices["open_amount"].sum())),
        method=tr(LATE_METHODS[found.model.method]),
    )
    return Note("", (said,))
