"""The timeline: exposure, payments and limit by day or month, and what happened when, on one axis up to today."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.credit.history import drawn_by_day
from kamlib.ledger.snapshot import Snapshot
from kamlib.post_mortem.case import Case, Words
from kamlib.post_mortem.ledger_facts import ClientBook
from kamlib.post_mortem.replay import CaseReplay

COMPLAINT = "complaint"


@dataclass(frozen=True)
class Timeline:
    """What happened, from some years before the event to today.

    Attributes
    ----------
    exposure : Series, index day
        Owed at the end of each month; empty without receipts.
    payments : Series, index month end
        Received in the month; empty without receipts.
    limits : DataFrame
        ``date, amount``.
    marks : DataFrame, rising
        ``date, kind`` (signal, decision, contact, event, payment), ``code`` (what the wording says of it), ``text``
        (as the ledger or the case file has it: str or a mapping of languages), ``value, value_before, source``.
    start, event, today : Timestamp
    """

    exposure: pd.Series
    payments: pd.Series
    limits: pd.DataFrame
    marks: pd.DataFrame
    start: pd.Timestamp
    event: pd.Timestamp
    today: pd.Timestamp


def case_timeline(
    case: Case,
    own: Snapshot | None,
    book: ClientBook | None,
    replay: CaseReplay | None,
    start: pd.Timestamp,
    today: pd.Timestamp,
) -> Timeline:
    """Everything with a date, from ledger and case file, between `start` and `today`.

    Published figures alone begin with the first date that they tell.
    """
    event = pd.Timestamp(case.event_date)
    marks: list[tuple] = [
        (pd.Timestamp(moment.date), moment.kind, "told", moment.text, np.nan, np.nan, moment.source)
        for moment in case.timeline
    ]
    marks += [
        (pd.Timestamp(got.date), "payment", f"received_{got.payer}", "", got.amount, np.nan, "")
        for got in case.recoveries
    ]
    empty = pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    exposure, payments = empty, empty
    limits = pd.DataFrame({"date": pd.Series(dtype="datetime64[us]"), "amount": pd.Series(dtype=float)})
    if own is not None and book is not None:
        marks += _ledger_marks(own)
        limits = book.limits
        if not own.absent("receipts"):
            exposure, payments = _money(own, start, today)
    if replay is not None:
        for change in replay.changes.itertuples():
            marks.append((change.date, "signal", "level", "", change.after, change.before, ""))
        for row in replay.indicators.dropna(subset=["first_now"]).itertuples():
            marks.append((row.first_now, "signal", "indicator", row.indicator, np.nan, np.nan, ""))
    frame = pd.DataFrame(marks, columns=["date", "kind", "code", "text", "value", "value_before", "source"])
    frame["date"] = pd.to_datetime(frame["date"])
    first = start if own is not None else min([start, *frame["date"]])
    frame = frame[(frame["date"] >= first) & (frame["date"] <= today)].sort_values("date", kind="stable")
    return Timeline(exposure, payments, limits, frame.reset_index(drop=True), first, event, today)


def _money(own: Snapshot, start: pd.Timestamp, today: pd.Timestamp) -> tuple[pd.Series, pd.Series]:
    days = pd.date_range(start, today, freq="ME").union(pd.DatetimeIndex([today]))
    drawn = drawn_by_day(own)
    place = np.searchsorted(drawn.index.to_numpy(), days.to_numpy(), side="right") - 1
    owed = np.where(place >= 0, drawn.to_numpy()[np.maximum(place, 0)], 0.0)
    receipts = own.receipts
    rates = {code: own.closing_rate(code) for code in receipts["currency"].unique()}
    amount = receipts["amount"] * receipts["currency"].map(rates).astype(float)
    inside = (receipts["paid_date"] > days[0] - pd.offsets.MonthEnd(1)) & (receipts["paid_date"] <= today)
    month = np.searchsorted(days.to_numpy(), receipts.loc[inside, "paid_date"].to_numpy())
    paid = np.bincount(month, weights=amount[inside].to_numpy(), minlength=len(days))
    return pd.Series(owed, index=days).clip(lower=0), pd.Series(paid, index=days)


def _ledger_marks(own: Snapshot) -> list[tuple]:
    rows: list[tuple] = []
    for row in own.table("events").itertuples():
        text: Words = row.note if isinstance(row.note, str) and row.note else str(row.kind)
        rows.append(
            (row.date, "event", "told", text, np.nan, np.nan, row.source if isinstance(row.source, str) else "")
        )
    for row in own.table("decisions").itertuples():
        before, after = (pd.to_numeric(value, errors="coerce") for value in (row.before, row.after))
        numeric = row.kind == "limit" and after == after
        text = "" if numeric else " → ".join(str(v) for v in (row.before, row.after) if isinstance(v, str))
        code = "limit" if numeric else f"decided_{row.kind}" if isinstance(row.kind, str) else "decided_"
        rows.append((row.date, "decision", code, text, after if numeric else np.nan, before if numeric else np.nan, ""))
    contacts = own.table("interactions")
    for row in contacts[contacts["kind"] == COMPLAINT].itertuples():
        rows.append((row.date, "contact", COMPLAINT, "", row.satisfaction, np.nan, ""))
    visits = contacts[contacts["kind"] != COMPLAINT].sort_values("date")
    for _, own_rows in visits.groupby([visits["date"].dt.year, visits["date"].dt.quarter]):
        rows.append(
            (own_rows["date"].iloc[-1], "contact", "contacts", "", len(own_rows), own_rows["satisfaction"].mean(), "")
        )
    return rows
