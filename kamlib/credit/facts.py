"""What the scorecard and the limits rest on, one row a client: for one narrowed snapshot or for the whole portfolio."""

import numpy as np
import pandas as pd

from kamlib.credit.position import Book, items_in_reporting_currency, protections_in_force
from kamlib.dependence import window_start
from kamlib.kept import kept_rows
from kamlib.ledger.schema import REVENUE_KINDS
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import CENT, material_days_past_due, payments, unapplied_cash
from kamlib.statements import altman_by_year, financial_ratios
from kamlib.statements.altman import ALTMAN_ZONES

DAYS_A_MONTH = 365 / 12
FACTS = "credit_facts.parquet"  # as which a run keeps them
MASTER = ("name", "industry", "region", "status", "account_manager", "reputation", "credit_limit", "payment_terms_days")
STATEMENT_FACTS = (
    "period_end", "published_date", "statement_months", "stale", "equity", "working_capital", "statement_revenue",
    "altman_variant", "altman_z", "altman_zone", "altman_position", "current_ratio", "liabilities_share",
    "interest_cover",
)  # fmt: skip


def credit_facts(snapshot: Snapshot, policy: Policy, book: Book | None = None) -> pd.DataFrame:
    """Every client's facts for grade, limit and block, as known on the snapshot's day.

    Parameters
    ----------
    snapshot : Snapshot
        Narrowed to one client, or whole.
    policy : Policy
    book : Book or None
        From `kamlib.credit.position.open_book` of the same snapshot, where it is at hand.

    Returns
    -------
    DataFrame, index client_id: every client with an invoice
        Money in the reporting currency: ``receivables`` (net of credits and unapplied cash), ``drawn`` (all open
        items), ``open_invoices``, ``overdue``, ``revenue`` of the window, ``equity``, ``working_capital``,
        ``statement_revenue``, ``covered`` and ``insured`` (limit × insured share in force), ``deposits``.
        Shares: ``overdue_share``, ``delay_rate``, ``liabilities_share``. Days: ``oldest_days`` (past due; 0 when
        nothing is), ``days_late``, ``terms_days`` (the client's own, else the average of its invoices).
        ``recommended_limit`` (median of what agencies and trade references recommend), ``months_known``, ``adverse_event`` (points of the worst news), ``insolvency``, ``rating`` (points),
        ``rating_grade``, ``altman_position`` (0 at the cut to distress, 1 at the one to safety), the master data
        and `STATEMENT_FACTS`. What is not known is NaN or None.
    """
    kept = kept_rows(snapshot, policy, FACTS)
    if kept is not None:
        return kept
    day = snapshot.date
    items, receipts = (book.items, book.receipts) if book else items_in_reporting_currency(snapshot)
    facts = _balances(items, receipts, snapshot, policy.limits.materiality)
    facts = facts.join(_behaviour(items, facts.index, snapshot, policy))
    master = snapshot.table("clients").set_index("client_id")[list(MASTER)]
    facts = facts.join(master.rename(columns={"credit_limit": "master_limit"}))
    facts["name"] = facts["name"].fillna(pd.Series(facts.index, index=facts.index))
    facts["terms_days"] = facts.pop("payment_terms_days").astype(float).fillna(facts["invoiced_days"])
    facts = facts.join(_protections(snapshot)).fillna({"covered": 0.0, "insured": 0.0, "deposits": 0.0})
    facts = facts.join(_events(snapshot, policy)).join(_ratings(snapshot, policy))
    facts["adverse_event"] = facts["adverse_event"].astype(float)
    if not snapshot.absent("events"):
        facts["adverse_event"] = facts["adverse_event"].fillna(0.0)
    facts = facts.join(statement_facts(snapshot, policy))
    facts["months_known"] = (day - facts["first_invoice"]).dt.days / DAYS_A_MONTH
    if snapshot.absent("receipts"):
        unknown = ["overdue", "overdue_share", "oldest_days", "days_late", "delay_rate", "receivables", "drawn"]
        facts[unknown] = np.nan
    return facts


def _balances(items: pd.DataFrame, receipts: pd.DataFrame, snapshot: Snapshot, materiality: float) -> pd.DataFrame:
    day, by_client = snapshot.date, items["client_id"]
    trade = items["kind"].isin(REVENUE_KINDS)
    owed = items["open_reporting"].where(trade & (items["open_reporting"] > 0), 0.0)
    late = owed.where(items["due_date"] < day, 0.0)
    unapplied = unapplied_cash(items, receipts, day)
    cash = (unapplied["amount"] * unapplied["closing_rate"]).groupby(unapplied["client_id"]).sum()
    table = pd.DataFrame(
        {
            "open_invoices": owed.groupby(by_client).sum(),
            "overdue": late.groupby(by_client).sum(),
            "oldest_days": _oldest_days(items, late, by_client, day, materiality),
            "trade": items["open_reporting"].where(trade, 0.0).groupby(by_client).sum(),
            "all": items["open_reporting"].groupby(by_client).sum(),
            "first_invoice": items.groupby("client_id")["issue_date"].min(),
            "invoiced_days": (items["due_date"] - items["issue_date"]).dt.days.groupby(by_client).mean(),
        }
    )
    cash = cash.reindex(table.index).fillna(0.0)
    table["receivables"] = (table.pop("trade") - cash).round(2)
    table["drawn"] = (table.pop("all") - cash).round(2)
    table["overdue_share"] = (table["overdue"] / table["open_invoices"]).where(table["open_invoices"] > CENT)
    return table


def _oldest_days(
    items: pd.DataFrame, late: pd.Series, clients: pd.Series, day: pd.Timestamp, materiality: float
) -> pd.Series:
    """Days by which a material part of each client's open invoices is past due; 0 where nothing is overdue."""
    trade = items[items["kind"].isin(REVENUE_KINDS) & clients.isin(clients[late > 0].unique())]
    age = (day - trade["due_date"]).dt.days.astype(float)
    grouped = trade.groupby("client_id")["open_reporting"]
    found = {client: material_days_past_due(owed, age[owed.index], materiality) for client, owed in grouped}
    return pd.Series(found, dtype=float).reindex(clients.unique()).fillna(0.0)


def _behaviour(items: pd.DataFrame, clients: pd.Index, snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    day = snapshot.date
    trade = items[items["kind"].isin(REVENUE_KINDS)]
    due = payments.due_items(trade, window_start(day, policy.receivables.behaviour_months), day)
    weighted = due["days_past_due"].clip(lower=0) * due["reporting_amount"]
    total = due.groupby("client_id")["reporting_amount"].sum()
    recent = trade[trade["issue_date"] > window_start(day, policy.concentration.window_months)]
    table = pd.DataFrame(
        {
            "days_late": weighted.groupby(due["client_id"]).sum() / total.where(total > 0),
            "delay_rate": (due["days_past_due"] > 0).groupby(due["client_id"]).mean(),
            "due_count": due.groupby("client_id").size(),
            "revenue": recent.groupby("client_id")["reporting_amount"].sum(),
        }
    ).reindex(clients)
    return table.fillna({"due_count": 0, "revenue": 0.0})


def _protections(snapshot: Snapshot) -> pd.DataFrame:
    held = protections_in_force(snapshot)
    amount = (held["limit"] * held["insured_share"].fillna(1.0)).fillna(0.0)
    by_client = held["client_id"]
    return pd.DataFrame(
        {
            "covered": amount.where(held["kind"].isin(["insurance", "guarantee"]), 0.0).groupby(by_client).sum(),
            "insured": amount.where(held["kind"] == "insurance", 0.0).groupby(by_client).sum(),
            "deposits": held["limit"].where(held["kind"] == "deposit", 0.0).fillna(0.0).groupby(by_client).sum(),
        }
    )


def _events(snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    events = snapshot.table("events")
    recent = events[events["date"] > window_start(snapshot.date, policy.scorecard.event_months)]
    points = recent["severity"].map(policy.scorecard.severity_points).astype(float)
    insolvent = events[events["kind"] == "insolvency"]
    return pd.DataFrame(
        {
            "adverse_event": points.groupby(recent["client_id"]).max(),
            "insolvency": insolvent.groupby("client_id")["date"].min(),
        }
    )


def _ratings(snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    ratings = snapshot.table("ratings")
    recent = ratings[ratings["date"] > window_start(snapshot.date, policy.scorecard.rating_months)]
    newest = recent.dropna(subset="grade").sort_values("date", kind="stable").groupby("client_id").tail(1)
    newest = newest.set_index("client_id")
    limits = recent.dropna(subset="recommended_limit").sort_values("date", kind="stable")
    limits = limits.groupby(["client_id", "agency"], dropna=False).tail(1)
    return pd.DataFrame(
        {
            "rating": newest["grade"].map(policy.scorecard.rating_points).astype(float),
            "rating_grade": newest["grade"],
            "rating_date": newest["date"],
            "recommended_limit": limits.groupby(limits["client_id"])["recommended_limit"].median(),
        }
    )


def statement_facts(snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    """The newest statement of each client: the ratios that are scored, Altman's score, and how old it is.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy
        Section ``scorecard``: which industries manufacture, which regions emerge, when a statement is stale.

    Returns
    -------
    DataFrame, index client_id
        The columns `STATEMENT_FACTS`; clients without statements are not in it.
    """
    rows = snapshot.table("statements")
    if rows.empty:
        dates = {"period_end", "published_date"}
        texts = {"altman_variant", "altman_zone"}
        return pd.DataFrame(
            {
                name: pd.Series(dtype="datetime64[us]" if name in dates else "object" if name in texts else float)
                for name in STATEMENT_FACTS
            },
            index=pd.Index([], dtype="str", name="client_id"),
        )
    newest = rows.sort_values(["client_id", "period_end"], kind="stable").groupby("client_id").tail(1)
    scores = altman_scores(newest, snapshot, policy).set_index("client_id")
    ratios = financial_ratios(newest).set_index("client_id")
    newest = newest.set_index("client_id")
    low = scores["variant"].map({name: cuts[0] for name, cuts in ALTMAN_ZONES.items()}).astype(float)
    high = scores["variant"].map({name: cuts[1] for name, cuts in ALTMAN_ZONES.items()}).astype(float)
    months = (snapshot.date - newest["period_end"]).dt.days / DAYS_A_MONTH
    return pd.DataFrame(
        {
            "period_end": newest["period_end"],
            "published_date": newest["published_date"],
            "statement_months": months,
            "stale": months > policy.scorecard.stale_months,
            "equity": newest["equity"].astype(float),
            "working_capital": newest["current_assets"] - newest["current_liabilities"],
            "statement_revenue": newest["revenue"].astype(float),
            "altman_variant": scores["variant"],
            "altman_z": scores["z"].astype(float),
            "altman_zone": scores["zone"],
            "altman_position": (scores["z"] - low) / (high - low),
            "current_ratio": ratios["current_ratio"],
            "liabilities_share": ratios["liabilities_share"],
            "interest_cover": ratios["interest_cover"],
        }
    )[list(STATEMENT_FACTS)]


def altman_scores(statements: pd.DataFrame, snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    """Altman's score of each statement, its variant by the client's industry and region.

    Parameters
    ----------
    statements : DataFrame
        Rows of the canonical table.
    snapshot : Snapshot
        Whose ``clients`` tell industry and region; a client without them is no manufacturer.
    policy : Policy

    Returns
    -------
    DataFrame
        See `kamlib.statements.altman_by_year`.
    """
    clients = snapshot.table("clients").set_index("client_id")
    makes = clients["industry"].isin(policy.scorecard.manufacturing).to_dict()
    emerging = clients["region"].isin(policy.scorecard.emerging_regions).to_dict()
    return altman_by_year(statements, makes, emerging)
