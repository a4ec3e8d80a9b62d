"""Payments matched to invoices: by number, else by exact amount, else oldest first; what is left is unapplied cash.

A receipt may be part of an invoice, pay several, or take an earlier one back. Nothing later than the day is used:
the match of a past day is the one that could be made then.
"""

from collections import defaultdict
from collections.abc import Sequence
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
    issued = invoices[invoices["issue_date"] <= day].reset_index(drop=True)
    known = receipts[receipts["paid_date"] <= day].reset_index(drop=True)
    named = known["invoice_id"].isin(issued["invoice_id"])
    known["match_method"] = np.where(named, "number", "unapplied")
    loose = known["invoice_id"].isna()
    if method == "number" or not loose.any():
        return known
    allocations = _match_loose(issued, known, loose.to_numpy(), method == "oldest")
    return _share_out(known, issued["invoice_id"], allocations)


def _match_loose(issued: pd.DataFrame, known: pd.DataFrame, loose: np.ndarray, oldest: bool) -> list[Allocation]:
    """What each receipt without a number pays, client by client and currency by currency."""
    paid = known[known["match_method"] == "number"].groupby("invoice_id")["amount"].sum()
    open_cents = issued["amount"] - paid.reindex(issued["invoice_id"], fill_value=0.0).to_numpy()
    open_cents = (open_cents * CENTS).round().astype("int64").to_numpy()
    amounts = (known["amount"] * CENTS).round().astype("int64").to_numpy()
    wanted = known.loc[loose, ["client_id", "currency"]].drop_duplicates()
    ours = issued.reset_index(names="row").merge(wanted, on=["client_id", "currency"])
    ours = ours.sort_values(["issue_date", "invoice_id"], kind="stable")
    invoices_of = {key: rows.to_numpy() for key, rows in ours.groupby(["client_id", "currency"])["row"]}
    theirs = known.reset_index(names="row").merge(wanted, on=["client_id", "currency"])
    theirs = theirs.sort_values(["paid_date", "receipt_id"], kind="stable")
    issue, pay = issued["issue_date"].to_numpy(), known["paid_date"].to_numpy()
    invoice_row = pd.Series(issued.index, index=issued["invoice_id"])
    numbered = known["invoice_id"].map(invoice_row).astype(float).fillna(-1).astype(int).to_numpy()
    found: list[Allocation] = []
    for key, group in theirs.groupby(["client_id", "currency"], sort=False)["row"]:
        account = _Account(invoices_of.get(key, np.array([], dtype=int)), open_cents, issue, amounts, pay)
        rows = group.to_list()
        rest = account.take_back([row for row in rows if loose[row]], rows, loose, numbered)
        rest = account.by_amount(rest)
        rest = account.by_statement(rest)
        if oldest:
            account.by_age(rest)
        found += account.found
    return found


class _Account:
    """One client's open invoices and receipts in one currency, in cents, oldest first."""

    def __init__(
        self, invoices: np.ndarray, open_cents: np.ndarray, issue: np.ndarray, amounts: np.ndarray, pay: np.ndarray
    ) -> None:
        self.rows = [int(row) for row in invoices]
        self.open = {row: int(open_cents[row]) for row in self.rows}
        self.issue, self.amounts, self.pay = issue, amounts, pay
        self.found: list[Allocation] = []

    def take_back(self, rest: list[int], every: Sequence[int], loose: np.ndarray, numbered: np.ndarray) -> list[int]:
        """Negative receipts that undo an earlier one of the same size: the latest such one."""
        earlier: dict[int, list[int]] = defaultdict(list)
        undone: set[int] = set()
        for row in every:
            amount = int(self.amounts[row])
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
    parts = pd.DataFrame(found, columns=["row", "invoice", "cents", "how"])
    parts["part"] = parts["cents"] / CENTS
    left = (known["amount"] - parts.groupby("row")["part"].sum().reindex(known.index, fill_value=0.0)).round(4)
    touched = set(parts["row"])
    keep = [row for row in known.index if row not in touched or abs(left[row]) >= 0.5 / CENTS]
    last = parts.drop_duplicates("row", keep="last").index.difference(parts.index[parts["row"].isin(keep)])
    parts.loc[last, "part"] += left.loc[parts.loc[last, "row"]].to_numpy()  # less than half a cent
    rest = pd.DataFrame({"row": keep, "invoice": -1, "part": left.loc[keep].to_numpy(), "how": ""})
    plan = pd.concat([parts.drop(columns="cents"), rest], ignore_index=True).sort_values("row", kind="stable")
    shared = known.loc[plan["row"]].copy()
    whole = shared["amount"].to_numpy()
    weight = np.divide(plan["part"].to_numpy(), whole, out=np.ones(len(plan)), where=whole != 0)
    columns: dict[str, Any] = {"amount": plan["part"].to_numpy()}
    columns |= {c: (shared[c].to_numpy() * weight).round(4) for c in known.columns if c.startswith("reporting_")}
    ids = invoice_ids.reindex(plan["invoice"]).to_numpy()
    found_here = (plan["invoice"] >= 0).to_numpy()
    columns["invoice_id"] = shared["invoice_id"].where(~found_here, ids)
    how = plan["how"].to_numpy()
    columns["match_method"] = np.where(how == "", shared["match_method"].to_numpy(), how)
    return shared.assign(**columns).reset_index(drop=True)
