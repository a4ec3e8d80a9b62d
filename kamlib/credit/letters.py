"""What is written to a client about its account: open items, balance, what is asked for, statutory late interest.

Every amount is in the currency of its invoices, and the balance of a currency is the ledger's to the cent: what was
billed less what was received.
"""

from dataclasses import dataclass

import pandas as pd

from kamlib import receivables as rc
from kamlib.credit.claims import open_claims
from kamlib.credit.collections import Worklist
from kamlib.credit.position import open_book
from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.policy.collections import InterestRule, Stage

ITEMS = [
    "invoice_id", "kind", "issue_date", "due_date", "currency", "amount", "open_amount", "days_past_due", "disputed",
    "asked", "interest", "fixed_sum",
]  # fmt: skip
TOTALS = ["owed", "credits", "unapplied", "balance", "overdue", "disputed", "set_off", "asked", "interest"]


@dataclass(frozen=True)
class ClientAccount:
    """A client's account on one day, as the client is told it.

    Attributes
    ----------
    items : DataFrame, one row an open item, by currency and due date
        `ITEMS` of `kamlib.credit.claims.open_claims`.
    cash : DataFrame
        ``receipt_id, paid_date, currency, amount`` of payments that name no invoice of ours.
    totals : DataFrame, index currency
        `TOTALS`: ``owed`` and ``credits`` (not above 0) are the open items, ``unapplied`` the cash, and ``balance``
        is the three together. ``overdue`` counts disputed items, too; ``disputed`` is the overdue part in dispute.
    ageing : DataFrame, index currency, one column a bucket
        Of the owed items.
    language : str
        The client's own, see `language_of`.
    stage : Stage or None
        Of the reminder; None where nothing is asked for, or nobody is reminded because the client is insolvent.
    rule : InterestRule or None
        Of the client's region.
    pay_by : Timestamp
    """

    client_id: str
    name: str
    date: pd.Timestamp
    language: str
    items: pd.DataFrame
    cash: pd.DataFrame
    totals: pd.DataFrame
    ageing: pd.DataFrame
    stage: Stage | None
    insolvent: bool
    rule: InterestRule | None
    pay_by: pd.Timestamp

    @property
    def asked_items(self) -> pd.DataFrame:
        """The items that a reminder lists."""
        return self.items[self.items["asked"] > 0]

    @property
    def fixed_sum(self) -> float:
        """Compensation for the cost of recovery, in the rule's currency."""
        return float(self.items["fixed_sum"].sum())

    @property
    def oldest_days(self) -> float:
        """Days past due of the oldest item asked for; NaN without one."""
        return float(self.asked_items["days_past_due"].max())


def accounts_to_write(
    snapshot: Snapshot, policy: Policy, worklist: Worklist, language: str, only: tuple[str, ...] = ()
) -> list[ClientAccount]:
    """The accounts of the clients on the worklist, in its order.

    Parameters
    ----------
    snapshot : Snapshot
        The whole portfolio.
    policy : Policy
        Sections ``collections`` and ``receivables``.
    worklist : Worklist
        Of the same snapshot and policy.
    language : str
        Of clients whose own is not known.
    only : tuple of str
        These clients, on the worklist or not; a client that is not on it gets no reminder.

    Raises
    ------
    DataError
        No receipts, so that nobody knows what is open; or `only` names clients without an invoice: all at once.
    """
    if snapshot.absent("receipts"):
        raise DataError(Fault("receipts", "missing", "Add the table: without it every invoice would look open."))
    book = open_book(snapshot)
    loose = rc.unapplied_cash(book.items, book.receipts, snapshot.date)
    known = set(book.trade["client_id"])
    unknown = [client for client in only if client not in known]
    remedy = "Name clients of the ledger that were billed up to the day, by their ids."
    raise_faults(Fault("--client", client, remedy) for client in unknown)
    ranked = worklist.clients.set_index("client_id")
    master = snapshot.table("clients").set_index("client_id")
    claims, rules = open_claims(snapshot, policy), policy.collections.interest_rules
    open_items, cash = dict(iter(claims.groupby("client_id"))), dict(iter(loose.groupby("client_id")))
    accounts = []
    for client in only or ranked.index:
        own = master.loc[client].dropna().to_dict() if client in master.index else {}
        row = ranked.loc[client] if client in ranked.index else None
        items = open_items.get(client, claims.head(0))[ITEMS].reset_index(drop=True)
        insolvent = row is not None and bool(row["insolvent"])
        reminded = row is not None and not insolvent and row["stage"] >= 0
        rule = rules.get(policy.collections.rule_by_region.get(own.get("region", ""), ""))
        received = cash.get(client, loose.head(0))[["receipt_id", "paid_date", "currency", "amount"]]
        accounts.append(
            ClientAccount(
                client_id=client,
                name=own.get("name", client),
                date=snapshot.date,
                language=language_of(own, policy, language),
                items=items,
                cash=received.sort_values(["currency", "paid_date"], kind="stable", ignore_index=True),
                totals=_totals(items, received),
                ageing=_ageing(items, snapshot.date, policy.receivables.ageing_edges),
                stage=policy.collections.stages[int(row["stage"])] if reminded else None,
                insolvent=insolvent,
                rule=rule,
                pay_by=snapshot.date + worklist.pay_within,
            )
        )
    return accounts


def language_of(client: dict, policy: Policy, language: str) -> str:
    """The language of a client's letters: the clients table's, else Chinese in the policy's Chinese regions, else
    `language`."""
    chinese = client.get("region") in policy.collections.chinese_regions
    return client.get("language") or ("zh" if chinese else language)


def _totals(items: pd.DataFrame, cash: pd.DataFrame) -> pd.DataFrame:
    by, amount = items["currency"], items["open_amount"]
    owed, late = amount.clip(lower=0), items["days_past_due"] > 0
    claimable = owed.where(late & ~items["disputed"], 0.0)
    table = pd.DataFrame(
        {
            "owed": owed.groupby(by).sum(),
            "credits": amount.clip(upper=0).groupby(by).sum(),
            "overdue": owed.where(late, 0.0).groupby(by).sum(),
            "disputed": owed.where(late & items["disputed"], 0.0).groupby(by).sum(),
            "set_off": (claimable - items["asked"]).groupby(by).sum(),
            "asked": items["asked"].groupby(by).sum(),
            "interest": items["interest"].groupby(by).sum(),
        }
    )
    table = table.join((-cash.groupby("currency")["amount"].sum()).rename("unapplied"), how="outer").fillna(0.0)
    table["balance"] = table["owed"] + table["credits"] + table["unapplied"]
    return (table[TOTALS].round(2) + 0.0).rename_axis("currency")


def _ageing(items: pd.DataFrame, day: pd.Timestamp, edges: tuple[int, ...]) -> pd.DataFrame:
    owed = items[items["open_amount"] > 0]
    rows = {
        currency: rc.ageing_schedule(own["open_amount"], own["due_date"], day, edges).set_index("bucket")["amount"]
        for currency, own in owed.groupby("currency")
    }
    return pd.DataFrame(rows).T.round(2).rename_axis("currency")
