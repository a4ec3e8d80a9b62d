"""What the clients' defaults may cost in a year: by several models, before and after the two largest go."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from kamlib.ledger.snapshot import Snapshot
from kamlib.loss_model import (
    LatticeLosses,
    SimulatedLosses,
    creditriskplus,
    granularity_adjustment,
    simulate_losses,
    vasicek_quantile,
)
from kamlib.policy import Policy
from kamlib.receivables import CENT
from kamlib.stress.at_risk import money_at_risk

MODELS = ("gaussian", "t", "creditrisk_plus", "limit")
UNITS = 200  # of CreditRisk+'s lattice within the largest loss
TOP_LEVEL = -1


@dataclass(frozen=True)
class DefaultLoss:
    """What `default_loss` found, in the reporting currency; losses are net of deposits, guarantees and insurance.

    Attributes
    ----------
    clients : DataFrame, one row a client that owes and has not failed, most tail loss first
        ``client_id, name, sector, grade, rated, pd, lgd, ead, expected_loss, contribution`` (to the expected
        shortfall at the policy's middle level, Gaussian: they add up to it).
    measures : DataFrame, one row a model of `MODELS`
        ``model, expected_loss, standard_deviation``, and ``var_<q>``, ``es_<q>`` for each level of the policy. The row
        ``limit`` is Vasicek's with the granularity adjustment (no shortfall).
    levels : tuple of float
    standard_errors : Series
        Of the Gaussian ``var_<q>`` and ``es_<q>``.
    pd_range : DataFrame, rows low, base, high
        ``expected_loss`` and the quantile at the highest level if all PDs are wrong together by the policy's range.
    without_top : DataFrame, rows gaussian, creditrisk_plus
        ``before, after``: the quantile at the highest level with and without the two clients that could cost most.
    top_names : tuple of str
        These two.
    contagion : dict
        ``sector, expected_loss, quantile``: if the sector with the most at stake has its worst year in a hundred
        (by the policy's level); empty with fewer than two sectors.
    convergence : DataFrame
        See `kamlib.loss_model.SimulatedLosses.convergence`, at the middle level.
    failed : DataFrame
        Clients with an insolvency on record: ``client_id, name, ead, loss``; lost already, not in the models.
    """

    currency: str
    clients: pd.DataFrame
    measures: pd.DataFrame
    levels: tuple[float, ...]
    standard_errors: pd.Series
    pd_range: pd.DataFrame
    without_top: pd.DataFrame
    top_names: tuple[str, ...]
    contagion: dict
    convergence: pd.DataFrame
    failed: pd.DataFrame
    policy: Policy

    @property
    def known(self) -> bool:
        """Whether anyone owes anything; without receipts it is not known."""
        return len(self.clients) > 0

    @property
    def middle(self) -> float:
        """The level that contributions and convergence are shown at."""
        return self.levels[len(self.levels) // 2]


def level_name(q: float) -> str:
    """A level as part of a column's name: ``99_9`` for 0.999."""
    return f"{100 * q:g}".replace(".", "_")


def default_loss(snapshot: Snapshot, policy: Policy) -> DefaultLoss:
    """Losses from defaults within a year on what is owed today.

    PD by the latest grade known (the policy's for a client without one), LGD of the policy less protections, EAD the
    open balance, sector the client's industry.

    Returns
    -------
    DefaultLoss

    References
    ----------
    See `kamlib.loss_model`. CreditRisk+ lets a client default more than once and moves all PDs with a gamma factor;
    the simulation knows yes or no and a normal or t factor: in the tail they differ, and both are shown.
    """
    portfolio, failed = _portfolio(snapshot, policy)
    rules, levels = policy.loss, policy.loss.levels
    if portfolio.empty:
        nothing = pd.DataFrame()
        return DefaultLoss(
            snapshot.currency, portfolio, nothing, levels, pd.Series(dtype=float), nothing, nothing, (), {},
            nothing, failed, policy,
        )  # fmt: skip
    gaussian = _simulated(portfolio, policy)
    student = _simulated(portfolio, policy, copula="t")
    panjer = _panjer(portfolio, policy)
    middle, top = levels[len(levels) // 2], levels[TOP_LEVEL]
    portfolio["expected_loss"] = portfolio["pd"] * portfolio["lgd"] * portfolio["ead"]
    portfolio["contribution"] = gaussian.contributions(middle).to_numpy()
    rows = [_row(name, model, levels) for name, model in zip(MODELS, (gaussian, student, panjer), strict=False)]
    rows.append(_limit(portfolio, rules.rho, levels))
    errors = {
        f"{short}_{level_name(q)}": gaussian.standard_error(measure, q)
        for q in levels
        for short, measure in (("var", "value_at_risk"), ("es", "expected_shortfall"))
    }
    order = (portfolio["lgd"] * portfolio["ead"]).sort_values(ascending=False).index
    rest = portfolio.loc[order[2:]].sort_index()
    names = tuple(portfolio.loc[order[:2], "name"])
    before = [gaussian.value_at_risk(top), panjer.value_at_risk(top)]
    after = (
        [_simulated(rest, policy).value_at_risk(top), _panjer(rest, policy).value_at_risk(top)]
        if len(rest)
        else [0.0, 0.0]
    )
    wrong = pd.DataFrame(
        [_if_wrong(portfolio, policy, factor, top) for factor in (rules.pd_range[0], 1.0, rules.pd_range[1])],
        index=["low", "base", "high"],
    )
    return DefaultLoss(
        currency=snapshot.currency,
        clients=portfolio.sort_values(["contribution", "client_id"], ascending=[False, True], ignore_index=True),
        measures=pd.DataFrame(rows),
        levels=levels,
        standard_errors=pd.Series(errors),
        pd_range=wrong,
        without_top=pd.DataFrame({"before": before, "after": after}, index=["gaussian", "creditrisk_plus"]),
        top_names=names,
        contagion=_contagion(portfolio, policy, top),
        convergence=gaussian.convergence(middle),
        failed=failed,
        policy=policy,
    )


def _portfolio(snapshot: Snapshot, policy: Policy) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``client_id, name, sector, grade, rated, pd, lgd, ead`` of those that owe, and those that have failed."""
    rules = policy.loss
    at_risk = money_at_risk(snapshot, policy).clients
    owing = at_risk[at_risk["balance"] > CENT].sort_values("client_id", ignore_index=True)
    net = owing[["receivable_loss", "deposit", "guarantee", "insurance"]].sum(axis=1).clip(lower=0.0)
    ratings = snapshot.table("ratings").dropna(subset=["grade"]).sort_values("date", kind="stable")
    latest = ratings.groupby("client_id")["grade"].last()
    latest = latest[latest.isin(list(rules.pd_by_grade))]
    grade = owing["client_id"].map(latest).astype("object")
    industry = snapshot.table("clients").set_index("client_id")["industry"]
    frame = pd.DataFrame(
        {
            "client_id": owing["client_id"],
            "name": owing["name"],
            "sector": owing["client_id"].map(industry).astype("object").fillna(""),
            "grade": grade.fillna(rules.unrated_grade),
            "rated": grade.notna(),
            "lgd": net / owing["balance"],
            "ead": owing["balance"],
        }
    )
    frame.insert(5, "pd", frame["grade"].map(rules.pd_by_grade).astype(float))
    events = snapshot.table("events")
    insolvent = frame["client_id"].isin(events.loc[events["kind"] == "insolvency", "client_id"]) | (frame["pd"] >= 1)
    failed = frame.loc[insolvent, ["client_id", "name", "ead"]].assign(loss=net[insolvent]).reset_index(drop=True)
    return frame[~insolvent].reset_index(drop=True), failed


def _simulated(portfolio: pd.DataFrame, policy: Policy, **options) -> SimulatedLosses:
    rules = policy.loss
    settings = {"sector_share": rules.sector_share, "degrees_of_freedom": rules.degrees_of_freedom} | options
    return simulate_losses(portfolio, rules.rho, rules.scenarios, rules.seed, **settings)


def _panjer(portfolio: pd.DataFrame, policy: Policy) -> LatticeLosses:
    largest = float((portfolio["lgd"] * portfolio["ead"]).max())
    total = float((portfolio["lgd"] * portfolio["ead"]).sum())
    unit = max(largest / UNITS, total / 50_000, CENT)
    return creditriskplus(portfolio, unit, volatility=policy.loss.pd_volatility)


def _row(name: str, model: SimulatedLosses | LatticeLosses, levels: tuple[float, ...]) -> dict:
    row = {
        "model": name,
        "expected_loss": model.expected_loss,
        "standard_deviation": model.standard_deviation,
    }
    for q in levels:
        row |= {f"var_{level_name(q)}": model.value_at_risk(q), f"es_{level_name(q)}": model.expected_shortfall(q)}
    return row


def _limit(portfolio: pd.DataFrame, rho: float, levels: tuple[float, ...]) -> dict:
    loss = (portfolio["lgd"] * portfolio["ead"]).to_numpy()
    row = {"model": "limit", "expected_loss": float((loss * portfolio["pd"]).sum()), "standard_deviation": np.nan}
    for q in levels:
        fine = float((loss * vasicek_quantile(portfolio["pd"].to_numpy(), rho, q)).sum())
        added = granularity_adjustment(portfolio, rho, q) if 0 < rho < 1 else np.nan
        row |= {f"var_{level_name(q)}": fine + added, f"es_{level_name(q)}": np.nan}
    return row


def _if_wrong(portfolio: pd.DataFrame, policy: Policy, factor: float, q: float) -> dict:
    moved = portfolio.assign(pd=(portfolio["pd"] * factor).clip(upper=1.0))
    result = _simulated(moved, policy)
    expected = float((moved["pd"] * moved["lgd"] * moved["ead"]).sum())
    return {"expected_loss": expected, "quantile": result.value_at_risk(q)}


def _contagion(portfolio: pd.DataFrame, policy: Policy, q: float) -> dict:
    rules = policy.loss
    at_stake = (portfolio["lgd"] * portfolio["ead"]).groupby(portfolio["sector"]).sum().drop("", errors="ignore")
    if len(at_stake) < 2 or rules.sector_share == 0:
        return {}
    sector = str(at_stake.idxmax())
    result = _simulated(portfolio, policy, sector_at={sector: float(ndtri(rules.contagion_level))})
    return {"sector": sector, "expected_loss": result.expected_loss, "quantile": result.value_at_risk(q)}
