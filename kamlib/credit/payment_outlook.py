"""When the open invoices will be paid, and how likely late, from how each client has paid so far."""

from dataclasses import dataclass

import pandas as pd

from kamlib.credit.position import Book, open_book
from kamlib.ledger.snapshot import Snapshot
from kamlib.scoring.late_payment import (
    LateModel,
    choose_late_model,
    expected_payment_days,
    late_probability,
    payment_record,
)

COLUMNS = ("client_id", "invoice_id", "due_date", "open_amount", "days_past_due", "late_probability")
DATES = ("expected_date", "early_date", "late_date")


@dataclass(frozen=True)
class PaymentOutlook:
    """What is to be expected of the open invoices.

    Attributes
    ----------
    invoices : DataFrame, one row an open invoice, by due date
        ``client_id, invoice_id, due_date``, ``open_amount`` (reporting currency), ``days_past_due``,
        ``late_probability`` (1 once it is late), ``expected_date`` and ``early_date, late_date`` between which four
        of five such invoices of the client were paid; NaT where the client has never paid so late.
    model : LateModel or None
        How the probability came about; None where payments are not known.
    """

    invoices: pd.DataFrame
    model: LateModel | None

    @property
    def expected_late(self) -> float:
        """Open money times its probability of being late."""
        return float((self.invoices["open_amount"] * self.invoices["late_probability"]).sum())

    @property
    def by_month(self) -> pd.DataFrame:
        """Index month in which payment is expected, NaT last: ``invoices, open_amount, expected_late`` of them."""
        money = self.invoices["open_amount"]
        found = pd.DataFrame(
            {
                "month": pd.to_datetime(self.invoices["expected_date"]).dt.to_period("M").dt.start_time,
                "invoices": 1,
                "open_amount": money,
                "expected_late": money * self.invoices["late_probability"],
            }
        )
        return found.groupby("month", dropna=False).sum().sort_index(na_position="last")


def payment_outlook(snapshot: Snapshot, book: Book | None = None) -> PaymentOutlook:
    """The outlook of every open invoice of a snapshot.

    Parameters
    ----------
    snapshot : Snapshot
        Narrowed to a client, its past average is used, with the company's late share where it has few invoices; of
        the whole portfolio, a model is tried beside it (`kamlib.scoring.late_payment.choose_late_model`).
    book : Book or None
        From `kamlib.credit.position.open_book` of the same snapshot, where it is at hand.

    Examples
    --------
    >>> from kamlib.samples.small import small_ledger
    >>> birch = payment_outlook(small_ledger().only("B")).invoices
    >>> birch[["invoice_id", "open_amount", "late_probability"]].round(2).to_numpy().tolist()
    [['B23', 20000.0, 1.0], ['B24', 20000.0, 0.95]]
    >>> [f"{day:%Y-%m-%d}" for day in birch["expected_date"]]
    ['2026-07-04', '2026-08-04']
    """
    if snapshot.absent("receipts"):
        return PaymentOutlook(pd.DataFrame(columns=[*COLUMNS, *DATES]), None)
    trade = (book or open_book(snapshot)).trade
    billed = trade[trade["amount"] > 0]
    items = billed.assign(amount=billed["reporting_amount"])
    model = choose_late_model(items, snapshot.date) if snapshot.client_ids is None else _company_average(snapshot)
    is_open = items["open_reporting"] > 0
    chance = late_probability(model, payment_record(items)[is_open])
    found = items.loc[is_open, ["client_id", "invoice_id", "due_date", "days_past_due"]].assign(
        open_amount=items.loc[is_open, "open_reporting"],
        late_probability=chance.where(items.loc[is_open, "days_past_due"] <= 0, 1.0),
    )
    settled = items.loc[items["settled_date"].notna()].groupby("client_id")["days_past_due"]
    past = {client: days.to_numpy() for client, days in settled}
    days = [
        expected_payment_days(past.get(row.client_id, ()), row.days_past_due) for row in found.itertuples(index=False)
    ]
    for name, values in zip(
        DATES, ([d.value for d in days], [d.low for d in days], [d.high for d in days]), strict=True
    ):
        found[name] = found["due_date"] + pd.to_timedelta(
            pd.Series(values, index=found.index, dtype=float).round(), unit="D"
        )
    found = found[[*COLUMNS, *DATES]].sort_values(["due_date", "invoice_id"], kind="stable", ignore_index=True)
    return PaymentOutlook(found, model)


def _company_average(snapshot: Snapshot) -> LateModel:
    """The late share of the company's money that fell due, from the few rows kept of all payments."""
    lags = snapshot.payment_lags
    due = lags[(lags["due_date"] < snapshot.date) & lags["lag_days"].notna()]
    billed, prompt = float(due["billed"].sum()), float(due.loc[due["lag_days"] <= 0, "paid"].sum())
    late = min(max(1 - prompt / billed, 0.01), 0.99) if billed > 0 else 0.5
    return LateModel("past_average", late, 0.0, (), int((due["billed"] > 0).sum()))
