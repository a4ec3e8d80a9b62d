"""One case looked back on: timeline, replay, loss, counterfactuals, look-alikes, lessons; what cannot be told is named."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.early_warning import LEVELS, replay_warnings
from kamlib.early_warning.replay import Replay
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy, load_policy
from kamlib.policy.file import POLICY_FILE
from kamlib.post_mortem.case import Case, CaseFile
from kamlib.post_mortem.counterfactuals import (
    Counterfactuals,
    Setting,
    judge_measures,
    possible_measures,
    setting_of,
    setting_of_figures,
)
from kamlib.post_mortem.ledger_facts import ClientBook, client_book, protections_held
from kamlib.post_mortem.lessons import Lessons, draw_lessons
from kamlib.post_mortem.lookalikes import LookAlikes, find_lookalikes
from kamlib.post_mortem.loss import LossResult, loss_of
from kamlib.post_mortem.published import derived_figures, published_exposure
from kamlib.post_mortem.replay import CaseReplay, replay_case
from kamlib.post_mortem.timeline import Timeline, case_timeline
from kamlib.settings import house_path
from kamlib.stress import money_at_risk


@dataclass(frozen=True)
class PostMortem:
    """What `review_case` found.

    Attributes
    ----------
    file : CaseFile
    currency : str
    event, today : Timestamp
    happened : bool
        Whether the event lies on or before today; else the loss is what it would be if it came today.
    timeline : Timeline
    replay : CaseReplay or None
        None without a ledger.
    loss : LossResult or None
        None where nothing says what was owed.
    counterfactuals : Counterfactuals or None
    lookalikes : LookAlikes or None
    lessons : Lessons or None
    derived : DataFrame
        See `kamlib.post_mortem.published.derived_figures`.
    at_stake : float
        Of a won case: the highest exposure from the alarm's window on × the policy's base LGD.
    untold : tuple of str
        Codes of what cannot be told: ``no_ledger, no_invoices, no_receipts, no_decisions, no_protections,
        no_exposure, no_alarm, future, no_policy_then, short_ledger, no_recoveries, margin_unknown, no_events``.
    policy, policy_then : Policy
    """

    file: CaseFile
    currency: str
    event: pd.Timestamp
    today: pd.Timestamp
    happened: bool
    timeline: Timeline
    replay: CaseReplay | None
    loss: LossResult | None
    counterfactuals: Counterfactuals | None
    lookalikes: LookAlikes | None
    lessons: Lessons | None
    derived: pd.DataFrame
    at_stake: float
    untold: tuple[str, ...]
    policy: Policy
    policy_then: Policy

    @property
    def case(self) -> Case:
        """The content of the file."""
        return self.file.case

    @property
    def lead_days(self) -> float:
        """From the alarm that stood, by the policy of then, to the event; NaN where none stood or it is not known."""
        return self.replay.lead_days("then") if self.replay is not None else float("nan")


def review_case(
    file: CaseFile,
    snapshot: Snapshot | None,
    policy: Policy,
    policy_file: str = "",
    discount_rate: float | None = None,
    whole: Replay | None = None,
    outlook: bool = True,
) -> PostMortem:
    """Look back on a case.

    Parameters
    ----------
    file : CaseFile
    snapshot : Snapshot or None
        The ledger of a case with a ``client_id``; others need none.
    policy : Policy
        Of today.
    policy_file : str
        Where it was read from, for the diff of the lessons; "" for ``params/policy.yaml``.
    discount_rate : float or None
        In place of the policy's.
    whole : Replay or None
        Of all clients up to the snapshot's day, where it is at hand.
    outlook : bool
        Whether look-alikes and lessons are wanted: they need all clients.

    Returns
    -------
    PostMortem

    Raises
    ------
    DataError
        A policy of then that cannot be read.
    """
    case = file.case
    then = load_policy(_beside(file, case.policy_then)) if case.policy_then else policy
    untold = [] if case.policy_then else ["no_policy_then"]
    if case.client_id is None:
        return _from_figures(file, policy, then, discount_rate)
    traded = snapshot is not None and (snapshot.invoices["client_id"] == case.client_id).any()
    if not traded:
        return _without_trade(file, snapshot, policy, then)
    own = snapshot.only(case.client_id)
    today, planned = snapshot.date, pd.Timestamp(case.event_date)
    event = min(planned, today)
    if (own.invoices["issue_date"] <= event).sum() == 0:
        return _without_trade(file, snapshot, policy, then)
    happened = planned <= today
    untold += ["future"] if not happened else []
    untold += [f"no_{name}" for name in ("receipts", "decisions", "protections", "events") if snapshot.absent(name)]
    start = event - pd.Timedelta(days=round(365 * policy.post_mortem.years_before))
    untold += ["short_ledger"] if snapshot.daily_revenue.index.min() > start else []
    book = client_book(own, event)
    replay = replay_case(own, event, book, policy, then)
    untold += ["no_alarm"] if replay.alarm_then is None and replay.alarm_now is None else []
    held = protections_held(own, case, event, policy)
    loss = counter = None
    if book.exposure == book.exposure:
        received = pd.concat([book.since.assign(payer="recovery"), _told(case)], ignore_index=True)
        margin, stranded = _own_losses(own, case, event, policy)
        loss = loss_of(
            book.exposure,
            received,
            held,
            margin,
            stranded,
            event,
            policy.post_mortem,
            0.0 if case.won else discount_rate,
        )
        setting = setting_of(book, held, loss.recovered, event, policy)
        counter = _judged(setting, book, event, replay, policy)
    lookalikes = lessons = None
    if outlook:
        whole = whole or replay_warnings(snapshot, policy)
        lookalikes = find_lookalikes(snapshot, whole, case.client_id, event, policy)
        text = (house_path(policy_file) if policy_file else POLICY_FILE).read_text(encoding="utf-8")
        lessons = draw_lessons(whole, case.client_id, event, policy, text)
    timeline = case_timeline(case, own, book, replay, start, today)
    return PostMortem(
        file, snapshot.currency, planned, today, happened, timeline, replay, loss, counter, lookalikes, lessons,
        derived_figures(case), _at_stake(timeline, replay, policy), tuple(untold), policy, then,
    )  # fmt: skip


def _judged(
    setting: Setting, book: ClientBook, event: pd.Timestamp, replay: CaseReplay, policy: Policy
) -> Counterfactuals:
    usual = float(replay.months["exposure"].median()) if len(replay.months) else book.exposure
    alarm = replay.alarm_then or replay.alarm_now
    measures, missing = possible_measures(setting, book, event, alarm, usual, policy)
    return judge_measures(setting, measures, missing)


def _beside(file: CaseFile, name: str) -> str:
    """A policy of then stands beside the case file, or is found as any file is."""
    near = file.path.parent / name
    return str(near) if near.is_file() else name


def _told(case: Case) -> pd.DataFrame:
    rows = [(pd.Timestamp(got.date), got.amount, got.payer) for got in case.recoveries]
    frame = pd.DataFrame(rows, columns=["date", "amount", "payer"])
    return frame.astype({"date": "datetime64[us]", "amount": float})


def _own_losses(own: Snapshot, case: Case, event: pd.Timestamp, policy: Policy) -> tuple[float, float]:
    """Margin lost while the client is replaced, and stock and cost that no one else takes: told, or by `money_at_risk`."""
    if case.won:
        return case.margin_lost or 0.0, case.stranded_stock or 0.0
    at_risk = money_at_risk(own.as_of(event), policy).clients
    margin, stranded = (
        (float(at_risk["margin_lost"].iloc[0]), float(at_risk[["stranded_stock", "contract_cost"]].iloc[0].sum()))
        if len(at_risk)
        else (0.0, 0.0)
    )
    return (
        margin if case.margin_lost is None else case.margin_lost,
        stranded if case.stranded_stock is None else case.stranded_stock,
    )


def _at_stake(timeline: Timeline, replay: CaseReplay, policy: Policy) -> float:
    if timeline.exposure.empty:
        return float("nan")
    first = replay.first_then or replay.first_now or timeline.start
    window = timeline.exposure[(timeline.exposure.index >= first) & (timeline.exposure.index <= timeline.event)]
    highest = float(window.max()) if len(window) else float("nan")
    return round(highest * policy.loss.lgd[1], 2)


def _from_figures(file: CaseFile, policy: Policy, then: Policy, discount_rate: float | None) -> PostMortem:
    case = file.case
    event, today = pd.Timestamp(case.event_date), pd.Timestamp(case.today)
    start = event - pd.Timedelta(days=round(365 * policy.post_mortem.years_before))
    untold = ["no_ledger"]
    exposure, loss, counter = published_exposure(case), None, None
    received, nothing = _told(case), float("nan")
    if exposure == exposure:
        order = policy.post_mortem.deductible_order
        held = tuple(one.agreed(order) for one in case.protections or ())
        margin = nothing if case.margin_lost is None else case.margin_lost
        stranded = nothing if case.stranded_stock is None else case.stranded_stock
        loss = loss_of(exposure, received, held, margin, stranded, event, policy.post_mortem, discount_rate)
        untold += ["no_recoveries"] if not len(received) else []
        revenue = [y.from_client for y in case.figures.years if y.from_client and y.end <= case.event_date]
        if revenue:
            part = 1 - loss.receivable_loss / exposure
            setting = setting_of_figures(exposure, revenue[-1], held, part * exposure, policy)
            measures, missing = possible_measures(setting, None, event, None, exposure, policy)
            counter = judge_measures(setting, measures, missing)
    else:
        untold.append("no_exposure")
    untold += ["margin_unknown"] if case.margin_lost is None else []
    untold += ["future"] if event > today else []
    timeline = case_timeline(case, None, None, None, start, today)
    return PostMortem(
        file, case.currency, event, today, event <= today, timeline, None, loss, counter, None, None,
        derived_figures(case), nothing, tuple(untold), policy, then,
    )  # fmt: skip


def _without_trade(file: CaseFile, snapshot: Snapshot | None, policy: Policy, then: Policy) -> PostMortem:
    """A client that the ledger does not know: what the case file itself tells, and nothing more."""
    case = file.case
    event = pd.Timestamp(case.event_date)
    today = snapshot.date if snapshot is not None else pd.Timestamp(case.today or case.event_date)
    start = event - pd.Timedelta(days=round(365 * policy.post_mortem.years_before))
    return PostMortem(
        file, snapshot.currency if snapshot is not None else case.currency or "XXX", event, today, event <= today,
        case_timeline(case, None, None, None, start, today), None, None, None, None, None,
        derived_figures(case), float("nan"), ("no_invoices",), policy, then,
    )  # fmt: skip


def level_name(rank: int) -> str:
    """A position on the levels by its name.

    Examples
    --------
    >>> level_name(2), level_name(-1)
    ('high', 'unknown')
    """
    return LEVELS[rank] if rank >= 0 else "unknown"


def case_rows(reviews: list[PostMortem]) -> pd.DataFrame:
    """The library: one row a case.

    Returns
    -------
    DataFrame
        ``slug, name, client, kind, won, event, currency, lead_days, exposure, loss, lgd, worked`` (tuple of texts),
        ``best`` (name of the measure with the most net, of a lost case), ``best_value``.
    """
    rows = []
    for review in reviews:
        best = review.counterfactuals.measures.iloc[0] if review.counterfactuals is not None else None
        useful = best is not None and best["net"] > 0
        rows.append(
            {
                "slug": review.file.slug,
                "name": review.case.name,
                "client": review.case.client,
                "kind": review.case.kind,
                "won": review.case.won,
                "event": review.event,
                "currency": review.currency,
                "lead_days": review.lead_days,
                "exposure": review.loss.exposure if review.loss is not None else np.nan,
                "loss": review.loss.receivable_loss if review.loss is not None else np.nan,
                "lgd": review.loss.lgd if review.loss is not None else np.nan,
                "worked": tuple(review.case.worked),
                "best": best["name"] if useful else "",
                "best_value": float(best["value"]) if useful else np.nan,
            }
        )
    return pd.DataFrame(rows)


def review_library(
    files: list[CaseFile], snapshot: Snapshot | None, policy: Policy, mine: PostMortem | None = None
) -> pd.DataFrame:
    """Every case of the library side by side, see `case_rows`.

    A case with a ledger is worked out where the snapshot knows its client and is the ledger that it names; others
    stand with their own figures or with none.
    """
    reviews = []
    for file in files:
        if mine is not None and file.slug == mine.file.slug:
            reviews.append(mine)
            continue
        fits = snapshot is not None and file.case.client_id is not None
        if fits and mine is not None and mine.case.client_id is not None:
            fits = file.case.run == mine.case.run
        reviews.append(review_case(file, snapshot if fits else None, policy, outlook=False))
    if mine is not None and mine.file.slug not in {file.slug for file in files}:
        reviews.append(mine)
    return case_rows(reviews)
