"""What each measure would have saved, cost and lost in revenue; alone, in pairs and together, nothing counted twice.

A measure does two things. On the open invoices it has a factor in [0, 1] for each (0: the order was refused), and the
factors of several measures multiply; on the loss that is left it may add a protection, which pays in the policy's
order on what those before it leave. So a set of measures has one loss, whatever the order they are named in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from kamlib.policy import Policy
from kamlib.post_mortem.ledger_facts import ClientBook, open_part
from kamlib.protection.protection_effects import (
    Protection,
    instalments_left,
    loss_after,
    prepaid_exposure,
    shorter_terms_exposure,
)

DAYS_A_YEAR = 365
PREVENTS = ("limit", "alarm", "terms", "instalments", "prepayment")


@dataclass(frozen=True)
class Measure:
    """Something that could have been done.

    Attributes
    ----------
    name : str
        ``limit, alarm, terms, instalments, prepayment, guarantee, insurance, retention_of_title``.
    value : float
        Days of reaction or of terms, instalments, a share; what the measure is named by.
    factor : array, shape (n_items,)
        What is left of each open item.
    refused : array of bool, shape (n_items,)
        Items that would not have been delivered.
    lost_share : float
        Of the other orders, lost by it.
    protection : Protection or None
    yearly_cost : float
        Premium or fee.
    """

    name: str
    value: float
    factor: np.ndarray
    refused: np.ndarray
    lost_share: float = 0.0
    protection: Protection | None = None
    yearly_cost: float = 0.0


@dataclass(frozen=True)
class Setting:
    """The facts that every counterfactual starts from.

    Attributes
    ----------
    items : DataFrame
        ``issue_date, due_date, amount, margin, open`` of the window; ``open`` net of credits and unapplied cash.
    held : tuple of Protection
    recovered_part : float
        Of what was open, received since.
    years : float
        Length of the window.
    margin_rate : float
        Where an item's own margin is not known.
    order : tuple of str
        Of payouts.
    """

    items: pd.DataFrame
    held: tuple[Protection, ...]
    recovered_part: float
    years: float
    margin_rate: float
    order: tuple[str, ...]

    def loss(self, measures: Sequence[Measure] = (), held: Sequence[Protection] | None = None) -> float:
        """What would have been lost of the receivable, to the cent; no measure is what was lost."""
        factor = np.ones(len(self.items))
        for measure in measures:
            factor = factor * measure.factor
        owed = float((self.items["open"].to_numpy() * factor).sum())
        added = [measure.protection for measure in measures if measure.protection is not None]
        held = self.held if held is None else held
        return round(float(loss_after(owed * (1 - self.recovered_part), [*held, *added], self.order)), 2)

    def cost(self, measures: Sequence[Measure]) -> tuple[float, float, float]:
        """Premiums and fees over the window, revenue lost, and its margin."""
        amount = self.items["amount"].to_numpy()
        margin = self.items["margin"].fillna(self.items["amount"] * self.margin_rate).to_numpy()
        refused = np.zeros(len(amount), dtype=bool)
        kept = 1.0
        for measure in measures:
            refused |= measure.refused
            kept *= 1 - measure.lost_share
        lost = np.where(refused, 1.0, 1 - kept)
        yearly = sum(measure.yearly_cost for measure in measures)
        return (
            round(yearly * self.years, 2),
            round(float((amount * lost).sum()), 2),
            round(float((margin * lost).sum()), 2),
        )


@dataclass(frozen=True)
class Counterfactuals:
    """What `judge_measures` found.

    Attributes
    ----------
    base : float
        Lost of the receivable, as it was.
    unprotected : float
        The same without the protections that were held.
    measures : DataFrame, most net first
        ``name, value, loss, avoided, cost, revenue_lost, margin_lost, net, break_even`` (chance of such a loss a
        year at which it pays).
    pairs : DataFrame
        ``first, second, first_value, second_value, alone`` (sum of each alone), ``together, shared`` (counted once
        only: alone − together).
    bundle : DataFrame
        The set of measures with the most net, one by one: ``name, value, alone, added, cost, margin_lost, net`` (of
        all so far).
    not_possible : tuple of (str, str)
        Measures that cannot be told, and why: ``no_ledger, no_limit, no_alarm, short_already``.
    """

    base: float
    unprotected: float
    measures: pd.DataFrame
    pairs: pd.DataFrame
    bundle: pd.DataFrame
    not_possible: tuple[tuple[str, str], ...]
    margin_assumed: bool
    years: float


def setting_of(
    book: ClientBook, held: Sequence[Protection], recovered: float, event: pd.Timestamp, policy: Policy
) -> Setting:
    """The setting of a client with a ledger."""
    rules = policy.post_mortem
    start = event - pd.Timedelta(days=round(rules.years_before * DAYS_A_YEAR))
    items = book.items.assign(open=book.items["open"].clip(lower=0) * open_part(book))
    items = items[(items["issue_date"] > start) | (items["open"] > 0)].reset_index(drop=True)
    items = items[items["amount"] > 0].reset_index(drop=True)
    first = max(start, items["issue_date"].min()) if len(items) else start
    part = recovered / book.exposure if book.exposure > 0 else 0.0
    years = max((event - first).days, 1) / DAYS_A_YEAR
    return Setting(items, tuple(held), part, years, policy.stress.assumed_margin_rate, rules.payout_order)


def setting_of_figures(
    exposure: float, revenue: float, held: Sequence[Protection], recovered: float, policy: Policy
) -> Setting:
    """The setting of published figures: one item, and a year's revenue with the client."""
    years = policy.post_mortem.years_before
    items = pd.DataFrame(
        {
            "issue_date": [pd.NaT],
            "due_date": [pd.NaT],
            "amount": [revenue * years],
            "margin": [np.nan],
            "open": [exposure],
        }
    )
    part = recovered / exposure if exposure > 0 else 0.0
    rate = policy.stress.assumed_margin_rate
    return Setting(items, tuple(held), part, years, rate, policy.post_mortem.payout_order)


def possible_measures(
    setting: Setting,
    book: ClientBook | None,
    event: pd.Timestamp,
    alarm: pd.Timestamp | None,
    usual: float,
    policy: Policy,
) -> tuple[list[Measure], tuple[tuple[str, str], ...]]:
    """The measures that the data can tell; and of the others the name and why not.

    Parameters
    ----------
    setting : Setting
    book : ClientBook or None
        None for published figures.
    event : Timestamp
    alarm : Timestamp or None
        From when on the alarm stood until the event; None where it never did.
    usual : float
        Typical exposure, that a guarantee or an insured limit would have been agreed for.
    policy : Policy
    """
    rules, items = policy.post_mortem.counterfactuals, setting.items
    whole, none = np.ones(len(items)), np.zeros(len(items), dtype=bool)
    revenue = float(items["amount"].sum()) / setting.years
    found: list[Measure] = []
    missing: list[tuple[str, str]] = []
    refused = None if book is None else refused_by_limit(items, book)
    if refused is None:
        missing.append(("limit", "no_ledger" if book is None else "no_limit"))
    else:
        found.append(Measure("limit", np.nan, np.where(refused, 0.0, 1.0), refused))
    if book is None or alarm is None:
        missing += [(name, "no_ledger" if book is None else "no_alarm") for name in ("alarm", "instalments")]
    else:
        for days in rules.reaction_days:
            late = (items["issue_date"] > alarm + pd.Timedelta(days=days)).to_numpy()
            found.append(Measure("alarm", days, np.where(late, 0.0, 1.0), late))
        agreed = alarm + pd.Timedelta(days=min(rules.reaction_days))
        overdue = (items["due_date"] < agreed).to_numpy()
        days = max((event - agreed).days, 0)
        paid = rules.instalments_kept * (1 - instalments_left(1.0, rules.instalments, rules.instalment_days, days))
        found.append(Measure("instalments", rules.instalments, np.where(overdue, 1 - paid, 1.0), none))
    if book is not None and len(items):
        terms = float(np.average((items["due_date"] - items["issue_date"]).dt.days, weights=items["amount"]))
        late = days_late(book, items)
        if round(terms) > rules.terms_days:
            left = float(shorter_terms_exposure(1.0, terms + late, rules.terms_days + late))
            found.append(Measure("terms", rules.terms_days, whole * left, none, rules.terms_lost_share))
        else:
            missing.append(("terms", "short_already"))
    else:
        missing.append(("terms", "no_ledger"))
    left = float(prepaid_exposure(1.0, rules.prepaid_share))
    found.append(Measure("prepayment", rules.prepaid_share, whole * left, none, rules.prepaid_lost_share))
    limit = rules.guarantee_share * usual
    guarantee = Protection("guarantee", limit, annual_cost=limit * rules.guarantee_fee)
    found.append(Measure("guarantee", rules.guarantee_share, whole, none, 0.0, guarantee, guarantee.annual_cost))
    premium = rules.premium_rate * revenue
    order = policy.post_mortem.deductible_order
    bought = Protection(
        "insurance", rules.insured_limit_share * usual, rules.insured_share, rules.insurance_deductible, order, premium
    )
    found.append(Measure("insurance", rules.insured_share, whole, none, 0.0, bought, premium))
    goods = Protection("retention_of_title", rules.retained_goods_share * float(items["open"].sum()))
    found.append(Measure("retention_of_title", rules.retained_goods_share, whole, none, 0.0, goods))
    return found, tuple(missing)


def refused_by_limit(items: pd.DataFrame, book: ClientBook) -> np.ndarray | None:
    """Which deliveries an obeyed limit would have refused: those that would have gone beyond it, day by day.

    A refused delivery is neither owed nor paid. None where no limit is known.
    """
    if book.limits.empty or not book.limits["amount"].notna().any():
        return None
    paid = book.receipts.dropna(subset=["invoice_id"])
    by_invoice = {
        key: list(zip(own["paid_date"], own["amount"], strict=True)) for key, own in paid.groupby("invoice_id")
    }
    days, limits = book.limits["date"].to_numpy(), book.limits["amount"].to_numpy()
    every = book.items[book.items["amount"] > 0]
    due: list[tuple[pd.Timestamp, float]] = []
    refused, balance = {}, 0.0
    for row in every.itertuples():
        for _, amount in [payment for payment in due if payment[0] <= row.issue_date]:
            balance -= amount
        due = [payment for payment in due if payment[0] > row.issue_date]
        place = int(np.searchsorted(days, row.issue_date.to_datetime64(), side="right")) - 1
        beyond = place >= 0 and balance + row.billed > limits[place]
        refused[row.invoice_id] = beyond
        if not beyond:
            balance += row.billed
            due += by_invoice.get(row.invoice_id, [])
    return items["invoice_id"].map(refused).fillna(False).to_numpy(dtype=bool)


def days_late(book: ClientBook, items: pd.DataFrame) -> float:
    """Mean days late of what was paid of these items, by amount; 0 where nothing was."""
    paid = book.receipts.merge(items[["invoice_id", "due_date"]], on="invoice_id")
    if paid.empty or not paid["amount"].sum() > 0:
        return 0.0
    days = (paid["paid_date"] - paid["due_date"]).dt.days.to_numpy(dtype=float)
    return max(float(np.average(days, weights=paid["amount"])), 0.0)


def judge_measures(
    setting: Setting, measures: Sequence[Measure], not_possible: tuple[tuple[str, str], ...]
) -> Counterfactuals:
    """Each measure alone, every pair, and the best ones together."""
    base = setting.loss()
    rows = [_row(setting, [measure], base) for measure in measures]
    table = pd.DataFrame(rows)
    if len(table):
        table.insert(0, "value", [measure.value for measure in measures])
        table.insert(0, "name", [measure.name for measure in measures])
        chance = (table["cost"] + table["margin_lost"]) / setting.years / table["avoided"].where(table["avoided"] > 0)
        table["break_even"] = chance
        table = table.sort_values(["net", "name"], ascending=[False, True], kind="stable", ignore_index=True)
    acted = [measure for measure in measures if measure.name == "alarm"]
    best_net = max((_row(setting, [measure], base)["net"] for measure in acted), default=0.0)
    single = [m for m in measures if m.name != "alarm" or _row(setting, [m], base)["net"] == best_net]
    return Counterfactuals(
        base=base,
        unprotected=setting.loss(held=()),
        measures=table,
        pairs=_pairs(setting, single, base),
        bundle=_bundle(setting, single, base),
        not_possible=not_possible,
        margin_assumed=bool(setting.items["margin"].isna().all()),
        years=setting.years,
    )


def _row(setting: Setting, measures: Sequence[Measure], base: float) -> dict[str, float]:
    loss = setting.loss(measures)
    cost, revenue, margin = setting.cost(measures)
    avoided = round(base - loss, 2)
    return {
        "loss": loss,
        "avoided": avoided,
        "cost": cost,
        "revenue_lost": revenue,
        "margin_lost": margin,
        "net": round(avoided - cost - margin, 2),
    }


def _pairs(setting: Setting, measures: Sequence[Measure], base: float) -> pd.DataFrame:
    alone = {measure.name: base - setting.loss([measure]) for measure in measures}
    rows = []
    for one, two in combinations(measures, 2):
        together = base - setting.loss([one, two])
        summed = alone[one.name] + alone[two.name]
        rows.append((one.name, one.value, two.name, two.value, summed, together, summed - together))
    columns = ["first", "first_value", "second", "second_value", "alone", "together", "shared"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.round(2).sort_values("together", ascending=False, kind="stable", ignore_index=True)


def _bundle(setting: Setting, measures: Sequence[Measure], base: float) -> pd.DataFrame:
    """The set with the most net of all sets there are, put in the order in which each adds most."""
    sets = [chosen for size in range(1, len(measures) + 1) for chosen in combinations(measures, size)]
    nets = [_row(setting, chosen, base)["net"] for chosen in sets]
    left = list(sets[int(np.argmax(nets))]) if sets and max(nets) > 0 else []
    chosen: list[Measure] = []
    rows: list[dict] = []
    loss = base
    while left:
        found, best = max(
            ((_row(setting, [*chosen, one], base), one) for one in left), key=lambda trial: trial[0]["net"]
        )
        rows.append(
            {
                "name": best.name,
                "value": best.value,
                "alone": round(base - setting.loss([best]), 2),
                "added": round(loss - found["loss"], 2),
                "cost": found["cost"],
                "margin_lost": found["margin_lost"],
                "net": found["net"],
            }
        )
        chosen, loss = [*chosen, best], found["loss"]
        left = [measure for measure in left if measure is not best]
    return pd.DataFrame(rows, columns=["name", "value", "alone", "added", "cost", "margin_lost", "net"])
