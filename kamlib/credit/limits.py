"""The credit limit by each method side by side, the pick with its reason, terms by grade, and block rules."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.policy import Policy
from kamlib.policy.authority import Approver
from kamlib.policy.limits import Terms
from kamlib.receivables import CENT

CAPACITY_METHODS = ("net_worth", "working_capital", "monthly_sales", "references")
METHODS = (*CAPACITY_METHODS, "need")
RULES = ("utilisation", "overdue_share", "oldest_days", "insolvency")
UTILISATION_STEPS = ("free", "tell", "approve", "stop")


@dataclass(frozen=True)
class LimitProposal:
    """What a client may owe, by each method, and what is proposed.

    Attributes
    ----------
    methods : Series, index `METHODS`
        Money; NaN where the data for it are not there. `references` is the median of what rating agencies and
        trade references recommend.
    capacity : float
        Median of the capacity methods that are known, times the grade's part; NaN without one.
    secured : float
        Insurance, guarantees and deposits in force: what the limit may reach whatever the grade.
    proposed : float
        The pick, of two significant digits; 0 where deliveries should be prepaid.
    reason : str
        Which bound picked it: ``need, capacity, secured, unsupported`` (no accounts), ``no_trade, insolvent,
        unchanged`` (a change below the policy's smallest) or ``no_grade``.
    current : float
        The limit in force; NaN where none is recorded.
    terms, current_days
        Terms of the policy for the grade, and the client's own days today.
    """

    methods: pd.Series
    capacity: float
    secured: float
    current: float
    proposed: float
    reason: str
    terms: Terms | None
    current_days: float

    @property
    def change(self) -> float:
        """Proposed less current; NaN where no limit is recorded."""
        return self.proposed - self.current


@dataclass(frozen=True)
class Block:
    """Whether orders should be held.

    Attributes
    ----------
    utilisation, peak : float
        Drawn money over the limit, now and at its highest of the window; NaN without a limit, infinite where the
        limit is zero and money is owed.
    peak_date : Timestamp
    peak_drawn : float
        The money drawn at its highest of the window, whatever the limit.
    step : str
        One of `UTILISATION_STEPS`, or "" where it is not known.
    rules : dict
        Rule → whether it blocks; None where it cannot be judged.
    """

    drawn: float
    utilisation: float
    peak: float
    peak_date: pd.Timestamp
    peak_drawn: float
    step: str
    rules: dict[str, bool | None]

    @property
    def blocked(self) -> bool:
        """Whether any rule stops deliveries."""
        return any(blocks is True for blocks in self.rules.values())


def limit_methods(facts: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """The limit by each method.

    Parameters
    ----------
    facts : DataFrame
        From `kamlib.credit.facts.credit_facts`.
    policy : Policy
        Section ``limits``.

    Returns
    -------
    DataFrame, index client_id, columns `METHODS`
        *net_worth*, *working_capital*, *monthly_sales*: the policy's share of the client's equity, working capital
        and a twelfth of its own sales by its newest accounts (0 where they are negative). *references*: median of
        recommended limits. *need*: the client's purchases a day × (its terms + days late) × head-room; the days of a
        young client count from its first invoice, a month at least.

    References
    ----------
    Ten per cent of net worth or of working capital is a rule of thumb of credit management (weak); see National
    Association of Credit Management, Principles of Business Credit.
    """
    rules = policy.limits
    days = facts["terms_days"] + facts["days_late"].fillna(0.0)
    window = policy.concentration.window_months
    months = facts["months_known"].astype(float).fillna(window).clip(lower=1.0, upper=window)
    daily = facts["revenue"].clip(lower=0) / (months * 365 / 12)
    return pd.DataFrame(
        {
            "net_worth": (facts["equity"] * rules.net_worth_share).clip(lower=0),
            "working_capital": (facts["working_capital"] * rules.working_capital_share).clip(lower=0),
            "monthly_sales": (facts["statement_revenue"] / 12 * rules.monthly_sales_share).clip(lower=0),
            "references": facts["recommended_limit"].astype(float),
            "need": daily * days * rules.need_headroom,
        }
    )[list(METHODS)]


def propose_limits(facts: pd.DataFrame, grades: pd.Series, current: pd.Series, policy: Policy) -> pd.DataFrame:
    """A limit for every client: what it needs, bounded by what it can bear or what stands behind it.

    The pick is the smaller of the need and the bound; the bound is the capacity (median of the methods on accounts
    and references) times the grade's part, or the secured money where that is more. Without any capacity method,
    the bound is the grade's part of the need. A change smaller than the policy's leaves the limit.

    Parameters
    ----------
    facts : DataFrame
        From `kamlib.credit.facts.credit_facts`.
    grades : Series, index client_id
        The grade that counts; None gives no proposal.
    current : Series, index client_id
        The limit in force; NaN where none is recorded.
    policy : Policy

    Returns
    -------
    DataFrame, index client_id
        `METHODS`, ``capacity, secured, current, proposed, reason``.

    Examples
    --------
    >>> from kamlib.credit.facts import credit_facts
    >>> from kamlib.policy import Policy
    >>> from kamlib.samples.small import small_ledger
    >>> facts = credit_facts(small_ledger(), Policy())
    >>> grades = pd.Series({"A": "AAA", "B": "B", "C": "C"})
    >>> found = propose_limits(facts, grades, current_limits(facts, small_ledger().table("decisions")), Policy())
    >>> found[["need", "secured", "proposed", "reason"]].round().to_numpy().tolist()
    [[47342.0, 0.0, 47000.0, 'need'], [39189.0, 18000.0, 20000.0, 'unchanged'], [29819.0, 0.0, 0.0, 'unsupported']]
    """
    rules = policy.limits
    table = limit_methods(facts, policy)
    grade = grades.reindex(table.index)
    part = grade.map(rules.capacity_by_grade).astype(float).fillna(0.0)
    need_part = grade.map(rules.need_by_grade).astype(float).fillna(0.0)
    table["capacity"] = table[list(CAPACITY_METHODS)].median(axis=1) * part
    table["secured"] = facts["covered"] + facts["deposits"]
    supported = table["capacity"].notna()
    bound = table["capacity"].where(supported, table["need"] * need_part)
    reason = pd.Series(np.where(supported, "capacity", "unsupported"), index=table.index, dtype=object)
    reason = reason.mask(table["secured"] > bound, "secured")
    bound = np.maximum(bound, table["secured"])
    reason = reason.mask(table["need"] <= bound, "need")
    proposed = two_digits(np.minimum(bound, table["need"]))
    for name, found in (
        ("no_trade", ~(facts["revenue"] > CENT)),
        ("no_grade", grade.isna()),
        ("insolvent", facts["insolvency"].notna()),
    ):
        reason, proposed = reason.mask(found, name), proposed.mask(found, np.nan if name == "no_grade" else 0.0)
    now = current.reindex(table.index).astype(float)
    same = ((proposed - now).abs() < rules.smallest_change * now) & (proposed > 0)
    table["current"] = now
    table["proposed"] = proposed.where(~same, now)
    table["reason"] = reason.mask(same, "unchanged")
    return table


def two_digits(amounts: pd.Series) -> pd.Series:
    """Amounts of two significant digits, rounded down: nobody decides a limit of 3,867,214.

    Examples
    --------
    >>> two_digits(pd.Series([3_867_214.0, 950.0, 0.0])).tolist()
    [3800000.0, 950.0, 0.0]
    """
    step = 10.0 ** (np.floor(np.log10(amounts.where(amounts >= 1, 1.0))) - 1)
    return (np.floor(amounts / step + 1e-9) * step).where(amounts >= 1, amounts * 0.0)


def current_limits(facts: pd.DataFrame, decisions: pd.DataFrame) -> pd.Series:
    """The limit in force of each client: the newest approved decision of kind ``limit``, else the master data's.

    A decision without an approver is a proposal and does not count; nor does one whose ``after`` is no number.
    """
    rows = decisions[(decisions["kind"] == "limit") & decisions["approved_by"].notna()]
    rows = rows.assign(amount=pd.to_numeric(rows["after"], errors="coerce")).dropna(subset="amount")
    newest = rows.sort_values("date", kind="stable").groupby("client_id")["amount"].last()
    return newest.reindex(facts.index).fillna(facts["master_limit"].astype(float))


def block_of(facts: pd.Series, limit: float, daily: pd.Series, day: pd.Timestamp, policy: Policy) -> Block:
    """The block rules for one client.

    Parameters
    ----------
    facts : Series
        A row of `kamlib.credit.facts.credit_facts`.
    limit : float
        In force.
    daily : Series, index day
        Drawn money by day, from `kamlib.credit.history.drawn_by_day`.
    day : Timestamp
        On which the window ends; what stood at its beginning counts.
    policy : Policy

    Examples
    --------
    >>> from kamlib.credit.facts import credit_facts
    >>> from kamlib.credit.history import drawn_by_day
    >>> from kamlib.policy import Policy
    >>> from kamlib.samples.small import small_ledger
    >>> facts = credit_facts(small_ledger(), Policy()).loc["B"]
    >>> birch = block_of(facts, 20_000.0, drawn_by_day(small_ledger().only("B")), small_ledger().date, Policy())
    >>> birch.utilisation, birch.step, [rule for rule, blocks in birch.rules.items() if blocks]
    (2.0, 'stop', ['utilisation', 'overdue_share'])
    """
    rules, drawn = policy.limits, float(facts["drawn"])
    utilisation = utilisation_of(drawn, limit)
    start = day - pd.DateOffset(months=rules.peak_months)
    window = daily[daily.index > start]
    if (daily.index <= start).any():
        window = pd.concat([pd.Series([daily[daily.index <= start].iloc[-1]], index=[start]), window])
    peak_date = window.idxmax() if len(window) else pd.NaT
    peak = utilisation_of(float(window.max()), limit) if len(window) else float("nan")
    return Block(
        drawn=drawn,
        utilisation=utilisation,
        peak=peak,
        peak_date=peak_date,
        peak_drawn=float(window.max()) if len(window) else 0.0,
        step=utilisation_step(utilisation, policy),
        rules=block_rules(facts, utilisation, policy),
    )


def utilisation_of(drawn: float, limit: float) -> float:
    """Drawn money over the limit: NaN without a limit, 0 when nothing is owed, infinite against a limit of zero.

    Examples
    --------
    >>> utilisation_of(40_000.0, 100_000.0), utilisation_of(40_000.0, 0.0)
    (0.4, inf)
    """
    if pd.isna(limit) or pd.isna(drawn):
        return float("nan")
    if drawn <= CENT:
        return 0.0
    return drawn / limit if limit > 0 else float("inf")


def utilisation_step(utilisation: float, policy: Policy) -> str:
    """Which step of the policy a utilisation has reached; "" where it is not known."""
    if pd.isna(utilisation):
        return ""
    reached = sum(utilisation >= step for step in policy.limits.utilisation)
    return UTILISATION_STEPS[reached]


def block_rules(facts: pd.Series, utilisation: float, policy: Policy) -> dict[str, bool | None]:
    """Each rule of `RULES` and whether it stops deliveries; None where it cannot be judged.

    A utilisation of exactly the last step does not stop yet: the limit may be used up, not exceeded. Where credits
    cover what is open, nothing is owed and no age of it stops deliveries.
    """
    rules = policy.limits
    covered = facts.get("drawn", float("nan")) <= CENT
    nothing_open = (facts["open_invoices"] <= CENT or covered) and not pd.isna(facts["oldest_days"])
    share, oldest = (0.0, 0.0) if nothing_open else (facts["overdue_share"], facts["oldest_days"])
    return {
        "utilisation": None if pd.isna(utilisation) else bool(utilisation > rules.utilisation[2]),
        "overdue_share": None if pd.isna(share) else bool(share >= rules.block_overdue_share),
        "oldest_days": None if pd.isna(oldest) else bool(oldest >= rules.block_oldest_days),
        "insolvency": not pd.isna(facts["insolvency"]),
    }


def approver_of(amount: float, policy: Policy) -> Approver:
    """Who may approve a limit of this amount."""
    approvers = policy.authority.approvers
    return next((a for a in approvers if a.up_to is not None and amount <= a.up_to), approvers[-1])
