"""A client quarter by quarter: ageing and every collection measure at the last quarter ends, and what was drawn by day."""

from dataclasses import dataclass

import pandas as pd

from kamlib import receivables as rc
from kamlib.credit.position import MEASURES, Book, collection_measures, open_book
from kamlib.dependence import window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy

QUARTERS = 8


@dataclass(frozen=True)
class History:
    """What `client_history` found; one row a quarter back from the day, oldest first.

    Attributes
    ----------
    ageing : DataFrame, index date
        One column a bucket and ``open``; the buckets sum to it.
    measures : DataFrame, index date, columns `MEASURES`
    """

    ageing: pd.DataFrame
    measures: pd.DataFrame

    @property
    def trend(self) -> pd.Series:
        """Least-squares change a quarter of each measure; NaN with fewer than four quarters known."""
        return self.measures.apply(_slope)


def client_history(
    own: Snapshot, policy: Policy, quarters: int = QUARTERS, books: dict[pd.Timestamp, Book] | None = None
) -> History:
    """Ageing and collection measures on the day and at the ends of the quarters before.

    Parameters
    ----------
    own : Snapshot
        Narrowed to one client.
    policy : Policy
    quarters : int
        How many days are looked at, three months apart; those before the first invoice are left out.
    books : dict or None
        Day → what `open_book` gave for it, where it is at hand.
    """
    first = own.invoices["issue_date"].min()
    days = [window_start(own.date, 3 * back) for back in range(quarters - 1, -1, -1)]
    ageing, measures = {}, {}
    for day in [day for day in days if day >= first]:
        then = own.as_of(day)
        book = (books or {}).get(day) or open_book(then)
        owed = book.trade[book.trade["open_reporting"] > 0]
        table = rc.ageing_schedule(owed["open_reporting"], owed["due_date"], day, policy.receivables.ageing_edges)
        ageing[day] = table.set_index("bucket")["amount"]
        measures[day] = collection_measures(then, policy, book)
    frame = pd.DataFrame(ageing).T.rename_axis(index="date", columns=None)
    return History(
        frame.assign(open=frame.sum(axis=1)), pd.DataFrame(measures).T.reindex(columns=MEASURES).rename_axis("date")
    )


def drawn_by_day(own: Snapshot) -> pd.Series:
    """What a client owed on each day on which something was billed or paid, at today's rates of exchange.

    Returns
    -------
    Series, index day, rising
        All kinds of items less all receipts; the last value is what is drawn now.
    """
    invoices, receipts = own.invoices, own.receipts
    codes = pd.unique(pd.concat([invoices["currency"], receipts["currency"]]))
    rates = {code: own.closing_rate(code) for code in codes}
    billed = (invoices["amount"] * invoices["currency"].map(rates).astype(float)).groupby(invoices["issue_date"]).sum()
    paid = (receipts["amount"] * receipts["currency"].map(rates).astype(float)).groupby(receipts["paid_date"]).sum()
    return billed.sub(paid, fill_value=0.0).sort_index().cumsum().round(2)


def _slope(values: pd.Series) -> float:
    known = values.dropna()
    if len(known) < 4:
        return float("nan")
    steps = pd.Series([values.index.get_loc(day) for day in known.index], index=known.index, dtype=float)
    centred = steps - steps.mean()
    return float((centred * known).sum() / (centred**2).sum())
