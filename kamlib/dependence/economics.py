"""What each client brought in the window and owes on the day: the amounts that every share is taken of."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamlib.ledger.snapshot import Snapshot
from kamlib.receivables import CENT


def window_start(day: pd.Timestamp, months: int) -> pd.Timestamp:
    """The day after which a window of whole months up to `day` begins; month ends meet month ends."""
    if day.is_month_end:
        return (day - pd.offsets.MonthEnd(months)).normalize()
    return (day - pd.DateOffset(months=months)).normalize()


def revenue_by_client(snapshot: Snapshot, months: int) -> pd.Series:
    """Revenue of each client in the months up to the snapshot's day, in the reporting currency.

    Examples
    --------
    >>> from kamlib.samples.small import small_ledger
    >>> revenue_by_client(small_ledger(), 12).to_dict()
    {'A': 480000.0, 'B': 240000.0, 'C': 120000.0}
    """
    revenue = snapshot.revenue
    recent = revenue[revenue["issue_date"] > window_start(snapshot.date, months)]
    return recent.groupby("client_id")["reporting_amount"].sum()


def client_economics(snapshot: Snapshot, months: int) -> pd.DataFrame:
    """Revenue and contribution margin of each client in the months up to the snapshot's day.

    Returns
    -------
    DataFrame, one row a client
        ``client_id, name, group_id, revenue, costed_revenue, margin``. A client whose cost is known in part
        has the margin rate of that part on all its revenue; where it is not known at all, the rate of the
        whole book; where no cost is known of anyone, ``margin`` is NaN.
    """
    revenue = snapshot.revenue
    recent = revenue[revenue["issue_date"] > window_start(snapshot.date, months)]
    costed = recent["reporting_cost"].notna()
    lines = pd.DataFrame(
        {
            "client_id": recent["client_id"],
            "revenue": recent["reporting_amount"],
            "costed_revenue": recent["reporting_amount"].where(costed, 0.0),
            "known_margin": (recent["reporting_amount"] - recent["reporting_cost"]).where(costed, 0.0),
        }
    )
    sums = lines.groupby("client_id", as_index=False).sum()
    total = sums["costed_revenue"].sum()
    book_rate = sums["known_margin"].sum() / total if total > CENT else np.nan
    own_rate = (sums["known_margin"] / sums["costed_revenue"]).where(sums["costed_revenue"] > CENT)
    estimated = sums["revenue"] * own_rate.fillna(book_rate)
    whole = (sums["revenue"] - sums["costed_revenue"]).abs() < CENT
    sums["margin"] = sums["known_margin"].where(whole & (total > CENT), estimated)
    return sums.drop(columns="known_margin").merge(client_names(snapshot, sums["client_id"]), on="client_id")


def client_names(snapshot: Snapshot, client_ids: pd.Series) -> pd.DataFrame:
    """``client_id, name, group_id`` of clients; the id stands in where the table is silent."""
    known = snapshot.table("clients")[["client_id", "name", "group_id"]]
    names = pd.DataFrame({"client_id": client_ids.unique()}).merge(known, on="client_id", how="left")
    for column in ("name", "group_id"):
        names[column] = names[column].astype("str").where(names[column].notna(), names["client_id"])
    return names


def open_balances(snapshot: Snapshot) -> pd.Series:
    """What each client owes on the day: billed less received, each currency at its closing rate; worked out once a view."""
    owed = snapshot.once("balances", lambda view: balances_on(view, [view.date])[view.date].rename("amount"))
    return owed.copy(deep=False)


def balances_on(snapshot: Snapshot, days: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """What each client owed on several days: billed less received by then, each currency at the closing rate of the day.

    Parameters
    ----------
    snapshot : Snapshot
    days : sequence of Timestamp
        Rising, up to the snapshot's own.

    Returns
    -------
    DataFrame, index client_id, one column a day
        Of every client with an invoice or a receipt.
    """
    billed, received = snapshot.invoices, snapshot.table("receipts")  # whatever invoice it pays, it lowers the balance
    moved = pd.concat(
        [
            billed[["client_id", "currency"]].assign(day=billed["issue_date"], amount=billed["amount"]),
            received[["client_id", "currency"]].assign(day=received["paid_date"], amount=-received["amount"]),
        ]
    )
    moved["day"] = np.searchsorted(pd.DatetimeIndex(days), moved["day"])  # the first of the days that has seen it
    sums = moved.groupby(["client_id", "currency", "day"])["amount"].sum().unstack("day", fill_value=0.0)
    owed = sums.reindex(columns=range(len(days)), fill_value=0.0).cumsum(axis=1).set_axis(list(days), axis=1)
    first = moved.groupby("currency")["day"].min()  # a currency needs a rate from then on
    rates = pd.DataFrame(
        {
            day: {
                code: snapshot.as_of(day).closing_rate(code) if seen <= place else 0.0 for code, seen in first.items()
            }
            for place, day in enumerate(days)
        }
    )
    by_row = rates.reindex(owed.index.get_level_values("currency")).to_numpy()
    return (owed * by_row).round(2).groupby(level="client_id").sum()


def open_items(snapshot: Snapshot) -> pd.DataFrame:
    """What is open of each invoice, and unapplied cash, in the reporting currency at the closing rate.

    Returns
    -------
    DataFrame, one row an invoice or a client's unapplied cash
        ``client_id, amount``; settled items are left out.
    """
    keys = ["client_id", "currency", "invoice_id"]
    billed = snapshot.invoices[[*keys, "amount"]]
    received = snapshot.receipts[[*keys, "amount"]]
    lines = pd.concat([billed, received.assign(amount=-received["amount"])], ignore_index=True)
    open_ = lines.groupby(keys, dropna=False, sort=False)["amount"].sum().reset_index()
    rates = {code: snapshot.closing_rate(code) for code in open_["currency"].unique()}
    open_["amount"] = open_["amount"] * open_["currency"].map(rates).astype(float)
    return open_.loc[open_["amount"].abs() > CENT, ["client_id", "amount"]]


def resampling_sums(snapshot: Snapshot, months: int) -> pd.DataFrame:
    """For each client and measure, its total and the sum of its squared invoices: what a bootstrap needs.

    Returns
    -------
    DataFrame, one row a client with an invoice in the window or an open balance
        ``client_id, group_id``, and for revenue, margin and exposure ``…`` and ``…_squares``. The margin of each
        invoice is taken at its client's own rate; a client without open balance has zero exposure.
    """
    revenue = snapshot.revenue
    recent = revenue.loc[revenue["issue_date"] > window_start(snapshot.date, months), ["client_id", "reporting_amount"]]
    squares = recent["reporting_amount"].pow(2).groupby(recent["client_id"]).sum().rename("revenue_squares")
    economics = client_economics(snapshot, months).set_index("client_id")[["revenue", "margin"]].join(squares)
    rate = (economics["margin"] / economics["revenue"]).where(economics["revenue"].abs() > CENT)
    economics["margin_squares"] = economics["revenue_squares"] * rate.pow(2)
    items = open_items(snapshot)
    if snapshot.absent("receipts"):
        items = items.iloc[:0]
    exposure = pd.DataFrame(
        {
            "exposure": items.groupby("client_id")["amount"].sum(),
            "exposure_squares": items["amount"].pow(2).groupby(items["client_id"]).sum(),
        }
    )
    sums = economics.join(exposure, how="outer").rename_axis("client_id").reset_index()
    names = client_names(snapshot, sums["client_id"])[["client_id", "group_id"]]
    return sums.fillna(dict.fromkeys(("exposure", "exposure_squares", "revenue", "revenue_squares"), 0.0)).merge(
        names, on="client_id"
    )


def group_names(clients: pd.DataFrame) -> pd.Series:
    """What a group is called: its only client's name, or its clients' names joined, in the order given.

    Parameters
    ----------
    clients : DataFrame
        With ``group_id`` and ``name``.

    Returns
    -------
    Series
        Indexed by ``group_id``.
    """
    names = clients.drop_duplicates("group_id").set_index("group_id")["name"]
    shared = clients[clients["group_id"].duplicated(keep=False)]
    if len(shared):
        joined = shared.groupby("group_id")["name"].agg(" + ".join)
        names.loc[joined.index] = joined
    return names


def reaches_back(snapshot: Snapshot, months: int) -> bool:
    """Whether the ledger covers the window before the one up to the snapshot's day; its first month counts as whole."""
    issued = snapshot.revenue["issue_date"]
    before = window_start(window_start(snapshot.date, months), months)
    return bool(len(issued)) and issued.min().to_period("M").start_time - pd.Timedelta(days=1) <= before
