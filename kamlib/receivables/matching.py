"""Payments matched to invoices: by number, else by exact amount, else oldest first; what is left is unapplied cash.

A receipt may be part of an invoice, pay several, or take an earlier one back. Nothing later than the day is used:
the match of a past day is the one that could be made then.
"""

from collections import defaultdict
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from kamlib.errors import DataError, Fault

MATCH_METHODS = ("number", "amount", "oldest")
CENTS = 100
Day = date | pd.Timestamp | str
Allocation = tuple[int, int, int, str]  # receipt, invoice (−1: none), cents, method


def match_payments(invoices: pd.DataFrame, receipts: pd.DataFrame, as_of: Day, method: str = "oldest") -> pd.DataFrame:
    """Receipts up to a day, each with the invoice it pays and how that was found.

    Each method includes the ones before it. *number*: the receipt names an invoice; a number that is named is
    never overruled. *amount*: of the client's invoices in that currency issued by the day of payment, exactly one
    is open with exactly the amount received, or the oldest ones that are open add up to it. *oldest*: the rest
    goes to the oldest open invoices, then to those issued later. A negative receipt that equals an earlier
    positive one of the client takes it back (*reversal*): neither pays anything.

    Parameters
    ----------
    invoices : DataFrame
        ``invoice_id, client_id, issue_date, amount, currency``; credit notes are negative.
    receipts : DataFrame
        ``receipt_id, client_id, invoice_id, paid_date, amount, currency``; columns ``reporting_…`` are shared out
        with the amount, others are kept.
    as_of : date
        Rows issued or paid later are not seen.
    method : {"oldest", "amount", "number"}

    Returns
    -------
    DataFrame, one row a receipt and invoice
        The columns of `receipts`, ``amount`` being the part that goes to ``invoice_id``, and ``match_method``:
        ``number, amount, oldest, reversal`` or ``unapplied``. The parts of a receipt add up to it, to the cent.

    Raises
    ------
    DataError
        Unknown method.

    References
    ----------
    The usual order of cash application: remittance advice, exact amount, balance forward (oldest first).

    Examples
    --------
    >>> invoices = pd.DataFrame({"invoice_id": ["1", "2"], "client_id": "a", "amount": [100.0, 50.0],
    ...     "issue_date": pd.to_datetime(["2026-01-01", "2026-02-01"]), "currency": "EUR"})
    >>> receipts = pd.DataFrame({"receipt_id": ["r", "s"], "client_id": "a", "invoice_id": [None, None],
    ...     "paid_date": pd.to_datetime(["2026-02-10", "2026-02-20"]), "amount": [50.0, 130.0], "currency": "EUR"})
    >>> match_payments(invoices, receipts, "2026-03-01")[["receipt_id", "invoice_id", "amount", "match_method"]
    ...     ].fillna("").values.tolist()
    [['r', '2', 50.0, 'amount'], ['s', '1', 100.0, 'oldest'], ['s', '', 30.0, 'unapplied']]
    """
    if method not in MATCH_METHODS:
        raise DataError(Fault("method", str(method), f"Use one of {', '.join(MATCH_METHODS)}."))
    day = pd.Timestamp(as_of)
    known = _until(receipts, "paid_date", day)
    by_then = (invoices["issue_date"] <= day).to_numpy()
    place = pd.Index(invoices["invoice_id"].array[by_then]).get_indexer(known["invoice_id"])
    known["match_method"] = np.where(place >= 0, "number", "unapplied")
    loose = known["invoice_id"].isna()
    if method == "number" or not loose.any():
        return known
    issued = invoices.loc[by_then, ["invoice_id", "client_id", "issue_date", "amount", "currency"]].reset_index(
        drop=True
    )
    allocations = _match_loose(issued, known, place, loose.to_numpy(), method == "oldest")
    return _share_out(known, issued["invoice_id"], allocations)


def _until(frame: pd.DataFrame, column: str, day: pd.Timestamp) -> pd.DataFrame:
    """The rows up to a day."""
    seen = (frame[column] <= day).to_numpy()
    return (frame if seen.all() else frame[seen]).reset_index(drop=True)


def _match_loose(
    issued: pd.DataFrame, known: pd.DataFrame, place: np.ndarray, loose: np.ndarray, oldest: bool
) -> list[Allocation]:
    """What each receipt without a number pays, client by client and currency by currency."""
    amounts = known["amount"].to_numpy(dtype=float)
    paid = pd.Series(amounts).groupby(place).sum().drop(-1, errors="ignore")
    open_amounts = issued["amount"].to_numpy(dtype=float, copy=True)
    open_amounts[paid.index] -= paid.to_numpy()
    open_cents = (open_amounts * CENTS).round().astype("int64")
    cents = (amounts * CENTS).round().astype("int64")
    billed, received = _accounts(issued, known)
    concerned = np.zeros(max(billed.max(initial=0), received.max(initial=0)) + 1, dtype=bool)
    concerned[received[loose]] = True
    ours = _in_order(issued, concerned[billed], "issue_date", "invoice_id")
    theirs = _in_order(known, concerned[received], "paid_date", "receipt_id")
    issue, pay = issued["issue_date"].to_numpy(), known["paid_date"].to_numpy()
    found: list[Allocation] = []
    invoices_of, receipts_of = _by_account(ours, billed), _by_account(theirs, received)
    for number in pd.unique(received[theirs]):
        account = _Account(invoices_of.get(number, ours[:0]), open_cents, issue, cents, pay)
        rows = receipts_of[number]
        rest = account.take_back(rows[loose[rows]].tolist(), rows, loose, place)
        rest = account.by_amount(rest)
        rest = account.by_statement(rest)
        if oldest:
            account.by_age(rest)
        found += account.found
    return found


def _accounts(issued: pd.DataFrame, known: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """A number for each pair of client and currency, of the invoices and of the receipts."""
    both = pd.concat([issued[["client_id", "currency"]], known[["client_id", "currency"]]], ignore_index=True)
    clients, currencies = (pd.factorize(both[name], use_na_sentinel=False)[0] for name in both)
    numbers = clients * (currencies.max(initial=0) + 1) + currencies
    return numbers[: len(issued)], numbers[len(issued) :]


def _by_account(places: np.ndarray, accounts: np.ndarray) -> dict[int, np.ndarray]:
    """The places of each account, in the order given."""
    return {number: places[own] for number, own in pd.Series(places).groupby(accounts[places]).indices.items()}


def _in_order(frame: pd.DataFrame, chosen: np.ndarray, day: str, number: str) -> np.ndarray:
    """The places of the chosen rows by day, then by number."""
    return frame.loc[chosen, [day, number]].sort_values([day, number], kind="stable").index.to_numpy()


class _Account:
    """One client's open invoices and receipts in one currency, in cents, oldest first."""

    def __init__(
        self, invoices: np.ndarray, open_cents: np.ndarray, issue: np.ndarray, amounts: np.ndarray, pay: np.ndarray
    ) -> None:
        self.rows = invoices.tolist()
        self.open = dict(zip(self.rows, open_cents[invoices].tolist(), strict=True))
        self.issue, self.amounts, self.pay = issue, amounts, pay
        self.found: list[Allocation] = []

    def take_back(self, rest: list[int], every: np.ndarray, loose: np.ndarray, numbered: np.ndarray) -> list[int]:
        """Negative receipts that undo an earlier one of the same size: the latest such one."""
        if not (self.amounts[rest] < 0).any():
            return rest
        earlier: dict[int, list[int]] = defaultdict(list)
        undone: set[int] = set()
        for row, amount in zip(every.tolist(), self.amounts[every].tolist(), strict=True):
            if amount > 0:
                earlier[amount].append(row)
            elif amount < 0 and loose[row] and earlier[-amount]:
                first = earlier[-amount].pop()
                target = -1 if loose[first] else int(numbered[first])
                if target >= 0 and target in self.open:
                    self.open[target] -= amount
                self.found.append((row, target, amount, "reversal"))
                undone.add(row)
                if loose[first]:
                    self.found.append((first, -1, -amount, "reversal"))
                    undone.add(first)
        return [row for row in rest if row not in undone]

    def by_amount(self, rest: list[int]) -> list[int]:
        """Receipts that equal what is open of exactly one invoice issued by then."""
        candidates: dict[int, list[int]] = defaultdict(list)
        for row in self.rows:
            if self.open[row]:
                candidates[self.open[row]].append(row)
        left = []
        for row in rest:
            amount = int(self.amounts[row])
            same = [c for c in candidates.get(amount, ()) if self.open[c] == amount and self.issue[c] <= self.pay[row]]
            if len(same) == 1:
                self._pay(row, same[0], amount, "amount")
            else:
                left.append(row)
        return left

    def by_statement(self, rest: list[int]) -> list[int]:
        """Receipts that equal the sum of the oldest open invoices issued by then, two or more."""
        left, first = [], 0
        for row in rest:
            amount, total, taken = int(self.amounts[row]), 0, []
            first = self._first_open(first)
            for candidate in islice(self.rows, first, None):
                if total >= amount or self.issue[candidate] > self.pay[row]:
                    break
                if self.open[candidate] > 0:
                    total += self.open[candidate]
                    taken.append(candidate)
            if amount > 0 and total == amount and len(taken) > 1:
                for candidate in taken:
                    self._pay(row, candidate, self.open[candidate], "amount")
            else:
                left.append(row)
        return left

    def by_age(self, rest: list[int]) -> None:
        """What is received goes to the oldest open invoices; those issued by then come first."""
        first = 0
        for row in rest:
            left, first = int(self.amounts[row]), self._first_open(first)
            for candidate in islice(self.rows, first, None):
                if left <= 0:
                    break
                part = min(left, max(self.open[candidate], 0))
                if part:
                    self._pay(row, candidate, part, "oldest")
                    left -= part

    def _first_open(self, start: int) -> int:
        """The first invoice from `start` on with money open: those before it stay settled."""
        while start < len(self.rows) and self.open[self.rows[start]] <= 0:
            start += 1
        return start

    def _pay(self, receipt: int, invoice: int, cents: int, method: str) -> None:
        self.open[invoice] -= cents
        self.found.append((receipt, invoice, cents, method))


def _share_out(known: pd.DataFrame, invoice_ids: pd.Series, found: list[Allocation]) -> pd.DataFrame:
    """Receipts repeated for each invoice they pay, with what is left of them last."""
    if not found:
        return known
    rows, invoices, cents, how = (np.array(column) for column in zip(*found, strict=True))
    parts, amounts = cents / CENTS, known["amount"].to_numpy(dtype=float)
    left = (amounts - np.bincount(rows, parts, minlength=len(known))).round(4)
    shared_out = np.zeros(len(known), dtype=bool)
    shared_out[rows] = True
    kept = ~shared_out | (np.abs(left) >= 0.5 / CENTS)
    last = len(rows) - 1 - np.unique(rows[::-1], return_index=True)[1]
    last = last[~kept[rows[last]]]
    parts[last] += left[rows[last]]  # less than half a cent
    rest = np.flatnonzero(kept)
    place = np.concatenate([rows, rest])
    order = np.argsort(place, kind="stable")
    place = place[order]
    invoice = np.concatenate([invoices, np.full(len(rest), -1)])[order]
    part = np.concatenate([parts, left[rest]])[order]
    how = np.concatenate([how.astype(object), np.full(len(rest), "", dtype=object)])[order]
    shared = known.take(place).reset_index(drop=True)
    whole = amounts[place]
    weight = np.divide(part, whole, out=np.ones(len(part)), where=whole != 0)
    columns: dict[str, Any] = {"amount": part}
    columns |= {c: (shared[c].to_numpy() * weight).round(4) for c in known.columns if c.startswith("reporting_")}
    ids = invoice_ids.array.take(invoice, allow_fill=True)
    columns["invoice_id"] = shared["invoice_id"].where(invoice < 0, ids)
    columns["match_method"] = np.where(how == "", shared["match_method"].to_numpy(), how)
    return shared.assign(**columns)
