"""What may be asked for today of each open item: past due, undisputed, less credits; with statutory late interest."""

import pandas as pd

from kamlib import receivables as rc
from kamlib.credit.position import open_book
from kamlib.financing.financing_costs import late_interest
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.policy.collections import InterestRule

COLUMNS = [
    "client_id", "invoice_id", "kind", "issue_date", "due_date", "currency", "amount", "open_amount", "days_past_due",
    "disputed", "closing_rate", "rule", "asked", "interest", "fixed_sum",
]  # fmt: skip


def open_claims(snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    """Every open item of a snapshot, credits among them, and what may be asked for of it on the day.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy
        Section ``collections``.

    Returns
    -------
    DataFrame, one row an open item, by client, currency and due date
        Money in the currency of the invoice. ``days_past_due`` is 0 before the due date. ``asked``: open, past due and
        not disputed, less what the client has in credit (credit notes, over-payments, payments that name no invoice)
        in the same currency, set off against the oldest items first. ``rule``: of the policy's interest rules, by the
        client's region; "" where it has none. ``interest``: on ``asked``, from the due date to the day.
        ``fixed_sum``: for the cost of recovery, in the currency of the rule.
    """
    book, day = open_book(snapshot), snapshot.date
    items = book.trade.assign(open_amount=book.trade["open_amount"].round(2))
    items = items[items["open_amount"].abs() >= rc.CENT]
    items = items.sort_values(["client_id", "currency", "due_date", "invoice_id"], kind="stable", ignore_index=True)
    rates = {code: snapshot.closing_rate(code) for code in items["currency"].unique()}
    regions = snapshot.table("clients").set_index("client_id")["region"].map(policy.collections.rule_by_region)
    items = items.assign(
        days_past_due=(day - items["due_date"]).dt.days.clip(lower=0).astype(float),
        disputed=items["disputed"].astype(bool),
        closing_rate=items["currency"].map(rates).astype(float),
        rule=items["client_id"].map(regions).astype(object).fillna(""),
        interest=0.0,
        fixed_sum=0.0,
    )
    items["asked"] = _asked(items, rc.unapplied_cash(book.items, book.receipts, day))
    for name, rule in policy.collections.interest_rules.items():
        own = items[(items["rule"] == name) & (items["asked"] > 0)]
        rate, unit = rule.base_rate + rule.margin, _rate_of(rule, snapshot)
        rows = own[["asked", "days_past_due", "closing_rate"]].itertuples(index=False, name=None)
        found = [
            (round(late_interest(asked, rate, days, rule.day_count), 2), _fixed_sum(rule, asked * closing / unit))
            for asked, days, closing in rows
        ]
        items.loc[own.index, ["interest", "fixed_sum"]] = found or 0.0
    return items[COLUMNS]


def _asked(items: pd.DataFrame, cash: pd.DataFrame) -> pd.Series:
    by = [items["client_id"], items["currency"]]
    claimable = (items["open_amount"] > 0) & (items["days_past_due"] > 0) & ~items["disputed"]
    owed = items["open_amount"].where(claimable, 0.0)
    credits = items["open_amount"].clip(upper=0).groupby(by).sum()
    pool = cash.groupby(["client_id", "currency"])["amount"].sum().sub(credits, fill_value=0.0).clip(lower=0)
    set_off = pool.reindex(pd.MultiIndex.from_arrays(by), fill_value=0.0).to_numpy(dtype=float)
    left = (owed.groupby(by).cumsum() - set_off).clip(lower=0)
    return left.where(left < owed, owed).round(2)


def _rate_of(rule: InterestRule, snapshot: Snapshot) -> float:
    """The closing rate of the rule's currency; infinite where it is not known, so that the lowest sum is claimed."""
    if rule.currency is None or rule.currency == snapshot.currency:
        return 1.0
    known = set(snapshot.table("fx")["currency"])
    return snapshot.closing_rate(rule.currency) if rule.currency in known else float("inf")


def _fixed_sum(rule: InterestRule, asked: float) -> float:
    """The sum for one late item, by its amount in the rule's currency."""
    return max((amount for least, amount in rule.fixed_sums if asked >= least), default=0.0)
