"""The executive summary, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.executive import Bridge, Executive
from kamlib.language import listing, phrase, sentences, tr, trn
from kamlib.wording.appetite import limit_over
from kamlib.wording.confidence import confidence_badge
from kamlib.wording.shared import LEVEL_WORDS, lowered, money_in
from kamlib.wording.warning_names import TONES, WARNING_LEVELS
from kamlib.wording.warning_reasons import reason_text

STEP_NAMES = {
    "data": phrase("Data corrected"),
    "policy": phrase("Policy changed"),
    "behaviour": phrase("Clients pay later or earlier"),
    "exposure": phrase("Exposure, orders and cover"),
}
STEP_CAUSES = {
    "data": (phrase("{amount} from data corrected since"), phrase("{amount} from data corrected since")),
    "policy": (phrase("{amount} from a changed policy"), phrase("{amount} from a changed policy")),
    "behaviour": (phrase("{amount} as clients pay later"), phrase("{amount} as clients pay earlier")),
    "exposure": (
        phrase("{amount} from more sales, orders or open contracts, or less cover"),
        phrase("{amount} from fewer sales, orders or open contracts, or more cover"),
    ),
}
"""What moved the money at risk, where it adds and where it takes away."""
MOST_NAMES = 2
MOST_OTHERS = 4
BOARD_DAYS = 31


def heading_executive(review: Executive, company: str) -> Heading:
    """The head of the summary: what is to be decided first, by whom and by when."""
    level = _level(review)
    at_risk = review.at_risk.total
    return Heading(
        kicker=tr("Executive summary"),
        title=company,
        period=formats.quarter(review.date),
        decision=_decision(review),
        level=level,
        level_word=_level_word(review, level),
        finding=tr(
            "{base} at risk with all clients, {top} of it with the {count} to worry about most.",
            base=money_in(review.currency, at_risk["base"]),
            top=money_in(review.currency, review.worries["base"].sum()),
            count=formats.number(len(review.worries)),
        ),
        finding_value=float(at_risk["base"]),
        finding_label=tr("at risk"),
    )


def _level(review: Executive) -> str:
    critical = (review.worries["level"] == "critical").any()
    if critical or not review.appetite.broken.empty or review.survival.weeks_of_liquidity is not None:
        return "alarm"
    return "watch" if (review.worries["level"].isin(["high", "medium"])).any() else "calm"


def _level_word(review: Executive, level: str) -> str:
    """The level with what makes it so: a word alone would say neither what nor how many."""
    if level == "alarm" and review.critical:
        return trn("{n} client critical", "{n} clients critical", review.critical, n=review.critical)
    broken = len(review.appetite.broken)
    if level == "alarm" and broken:
        return trn("{n} limit broken", "{n} limits broken", broken, n=broken)
    return tr(LEVEL_WORDS[level])


def _decision(review: Executive) -> str:
    urgent = review.worries[review.worries["level"].isin(["critical", "high"])]
    broken = len(review.appetite.broken)
    asked = []
    if len(urgent):
        first = urgent.iloc[0]
        asked.append(
            tr(
                "Decide by {day} ({owner}): {name}, {money} at risk — {action}.",
                day=formats.day(_deadline(review, first)),
                owner=_owner(review, first),
                name=first["name"],
                money=money_in(review.currency, first["base"]),
                action=lowered(worry_action(review, first)),
            )
        )
    if broken:
        asked.append(
            trn(
                "By {day} (Board): accept or mend {n} broken limit of the risk appetite.",
                "By {day} (Board): accept or mend {n} broken limits of the risk appetite.",
                broken,
                day=formats.day(_board_day(review)),
                n=broken,
            )
        )
    if review.survival.weeks_of_liquidity is not None:
        asked.append(
            tr(
                "Secure funding: without {name}, cash and line fall below the minimum in {weeks} weeks.",
                name=review.largest["name"],
                weeks=review.survival.weeks_of_liquidity,
            )
        )
    return sentences(*asked) or tr("No decision is asked for this quarter.")


def why_executive(review: Executive) -> Note:
    """How much is at risk and with whom, what moved it, how dependent the company is, how long it would live."""
    return Note(tr("Why"), (_held(review), _moved(review), _dependent(review), _lives(review)))


def _held(review: Executive) -> str:
    total, worries = review.at_risk.total["base"], review.worries
    largest = worries.sort_values("base", ascending=False, kind="stable").head(MOST_NAMES)
    held = tr(
        "{base} would be lost if every client went, {top} of it with the {count} below: {names} foremost.",
        base=money_in(review.currency, total),
        top=money_in(review.currency, worries["base"].sum()),
        count=formats.number(len(worries)),
        names=listing(
            tr("{name} ({amount})", name=name, amount=formats.money(base))
            for name, base in zip(largest["name"], largest["base"], strict=True)
        ),
    )
    lost = review.in_default
    if lost.empty:
        return held
    owed = listing(
        tr("{name} ({amount} owed)", name=row.name, amount=formats.money(row.balance))
        for row in lost.head(MOST_NAMES).itertuples(index=False)
    )
    more = trn(
        "{n} client is in default already: {names}.",
        "{n} clients are in default already: {names}.",
        len(lost),
        n=len(lost),
        names=owed,
    )
    return sentences(held, more)


def _moved(review: Executive) -> str:
    bridge = review.bridge
    change = bridge.end - bridge.start
    since = formats.day(bridge.start_date)
    worse = int((review.moved["rank"] > review.moved["prior_rank"]).sum())
    better = int((review.moved["rank"] < review.moved["prior_rank"]).sum())
    levels = tr(
        "Within a quarter the warning level of {worse} clients rose and that of {better} fell.",
        worse=formats.number(worse),
        better=formats.number(better),
    )
    if abs(change) < 0.5:
        return sentences(tr("Money at risk has not moved since {day}.", day=since), levels)
    steps = bridge.steps.loc[bridge.steps["amount"].abs() > 0.5].sort_values("amount", key=abs, ascending=False)
    parts = [
        tr(STEP_CAUSES[row.step][row.amount < 0], amount=formats.signed_money(row.amount)) for row in steps.itertuples()
    ]
    values = {"change": formats.money(abs(change)), "day": since, "parts": listing(parts)}
    rose = tr("It has risen by {change} since {day}: {parts}.", **values)
    moved = rose if change > 0 else tr("It has fallen by {change} since {day}: {parts}.", **values)
    return sentences(moved, levels)


def _dependent(review: Executive) -> str:
    largest, indices = review.largest, review.dependence.indices["group"]
    sentence = tr(
        "{name} brings {share} of revenue, the five largest groups {five}.",
        name=largest["name"],
        share=formats.share(largest["share"]),
        five=formats.share(indices["cr5"]),
    )
    broken = review.appetite.broken
    if broken.empty:
        return sentences(sentence, tr("No limit of the risk appetite is broken."))
    return sentences(
        sentence,
        trn(
            "{n} limit of the risk appetite is broken.",
            "{n} limits of the risk appetite are broken.",
            len(broken),
            n=len(broken),
        ),
    )


def _lives(review: Executive) -> str:
    found, name = review.survival, review.largest["name"]
    if found.missing and pd.isna(found.cash_after):
        return tr(
            "How long the company would live without {name} is not known: the run file does not tell {facts}.",
            name=name,
            facts=listing(found.missing),
        )
    horizon = len(found.path)
    if found.weeks_of_liquidity is not None:
        return tr(
            "If {name} leaves, cash and credit line together fall below the minimum of {floor} after {weeks} weeks.",
            name=name,
            floor=money_in(review.currency, found.floor),
            weeks=found.weeks_of_liquidity,
        )
    if found.weeks_of_cash is not None:
        return tr(
            "If {name} leaves, own cash falls below the minimum of {floor} after {weeks} weeks; with the credit line it lasts {horizon} weeks.",
            name=name,
            floor=money_in(review.currency, found.floor),
            weeks=found.weeks_of_cash,
            horizon=horizon,
        )
    return tr(
        "If {name} leaves, cash stays above the minimum of {floor} for {horizon} weeks; operating profit of a year falls from {before} to {after}.",
        name=name,
        floor=money_in(review.currency, found.floor),
        horizon=horizon,
        before=money_in(review.currency, found.base_profit),
        after=money_in(review.currency, found.profit),
    )


def worry_reason(review: Executive, row: pd.Series) -> str:
    """Why one client is among those to worry about: its strongest sign, else its weight."""
    if row["indicator"] is not None:
        return reason_text(row["indicator"], row["value"], row["limit"], row["unit"], row["event"], row["event_date"])
    return tr("brings {share} of revenue; no sign of trouble", share=formats.share(row["share"]))


def worry_action(review: Executive, row: pd.Series) -> str:
    """What its warning level calls for."""
    act = review.policy.early_warning.levels.get(row["level"])
    return tr(act.action) if act else tr("Find out how it pays")


def _owner(review: Executive, row: pd.Series) -> str:
    """Who acts on a client: its account manager by name where the policy says so and the ledger tells it."""
    act = review.policy.early_warning.levels[row["level"]]
    return act.named(row["account_manager"]) or tr(act.owner)


def _deadline(review: Executive, row: pd.Series) -> pd.Timestamp:
    return review.date + pd.Timedelta(days=review.policy.early_warning.levels[row["level"]].days)


def _board_day(review: Executive) -> pd.Timestamp:
    return review.date + pd.Timedelta(days=BOARD_DAYS)


def actions_executive(review: Executive) -> Actions:
    """The decisions asked for, each with who and by when, the first due first."""
    asked = [row for _, row in review.worries.iterrows() if row["level"] in ("critical", "high", "medium")]
    items = [
        Action(
            tr("{name}: {action}", name=row["name"], action=lowered(worry_action(review, row))),
            _owner(review, row),
            formats.day(_deadline(review, row)),
            tr("{money} at risk", money=money_in(review.currency, row["base"])),
        )
        for row in sorted(asked, key=lambda row: _deadline(review, row))
    ]
    board = formats.day(_board_day(review))
    items += [
        Action(
            tr("{name}: pursue the claim, call the cover, write down the rest", name=row.name),
            tr("Credit manager"),
            board,
            tr("{money} owed, in default", money=money_in(review.currency, row.balance)),
        )
        for row in review.in_default.head(MOST_NAMES).itertuples(index=False)
    ]
    broken = review.appetite.broken
    if len(broken):
        items.append(
            Action(
                tr("Accept or mend the broken limits of the risk appetite"),
                tr("Board"),
                board,
                listing(limit_over(row) for _, row in broken.iterrows()),
            )
        )
    if review.survival.weeks_of_liquidity is not None:
        why = tr("{weeks} weeks without {name}", weeks=review.survival.weeks_of_liquidity, name=review.largest["name"])
        items.append(
            Action(tr("Secure funding for the loss of the largest client"), tr("Finance director"), board, why)
        )
    if review.confidence.level != "high":
        items.append(
            Action(tr("Complete the ledger"), tr("Accounts receivable"), board, confidence_badge(review.confidence))
        )
    return Actions(tr("Decisions asked for"), tuple(items), tr("No decision is asked for this quarter."))


def note_worries(review: Executive) -> str:
    """What expected money is, which other clients stand at the gravest level, and where limits are decided."""
    told = review.watch.review.clients
    others = told[(told["level"] == "critical") & ~told["hard"] & ~told["client_id"].isin(review.worries["client_id"])]
    held = review.at_risk.clients.set_index("client_id")["base"]
    others = others.assign(base=others["client_id"].map(held)).sort_values("base", ascending=False, kind="stable")
    names, rest = [*others["name"].head(MOST_OTHERS)], len(others) - MOST_OTHERS
    if rest > 0:
        names.append(trn("{n} further client", "{n} further clients", rest, n=rest))
    return sentences(
        tr(
            "Expected at risk = money at risk if the client goes × chance that it defaults or pays more than 90 days late, by its "
            "warning level, from the back-test."
        ),
        tr("Critical too, with less expected at risk: {names}.", names=listing(names)) if names else "",
        tr("Limits, terms and orders on hold are decided in a client's credit review, where the run makes one."),
    )


def caption_bridge(bridge: Bridge, currency: str) -> Caption:
    """What moved the money at risk."""
    change = bridge.end - bridge.start
    steps = bridge.steps
    main = STEP_NAMES[steps.loc[steps["amount"].abs().idxmax(), "step"]]
    if abs(change) < 0.5:
        title = tr("Money at risk has not moved")
    else:
        rises = change > 0
        title = (
            tr(
                "Money at risk is up {amount}; most of it: {step}",
                amount=formats.money(change),
                step=lowered(tr(main)),
            )
            if rises
            else tr(
                "Money at risk is down {amount}; most of it: {step}",
                amount=formats.money(-change),
                step=lowered(tr(main)),
            )
        )
    subtitle = tr(
        "Base figure of all clients, {unit}, from {start} to {end}",
        unit=formats.currency_name(currency),
        start=formats.day(bridge.start_date),
        end=formats.day(bridge.end_date),
    )
    told = listing([f"{tr(STEP_NAMES[row.step])} {formats.signed_money(row.amount)}" for row in steps.itertuples()])
    return Caption(title, subtitle, tr("Waterfall chart. {title}. {steps}.", title=title, steps=told))


def caption_at_risk(review: Executive) -> Caption:
    """The clients with most money at risk."""
    rows = review.at_risk.clients
    part = rows["base"].iloc[0] / rows["base"].sum() if rows["base"].sum() > 0 else float("nan")
    title = tr(
        "{name} alone carries {share} of the money at risk", name=rows["name"].iloc[0], share=formats.share(part, 0)
    )
    subtitle = tr(
        "Low to high with the base as a dot, if the client goes; {unit}", unit=formats.currency_name(review.currency)
    )
    return Caption(title, subtitle, tr("Range chart. {title}.", title=title))


def say_executive(review: Executive) -> Note:
    """What the figures are, and what they are not."""
    text = (
        tr(
            "Money at risk is what is lost if a client goes: uncovered receivables, margin while it is replaced, stock and "
            "cost already spent. The total adds up all clients, though nobody expects to lose them all at once; weighted "
            "by the probability of each client's warning level it is {expected}. The early warning weighs open receivables "
            "alone; a credit review's expected loss takes the grade's probability of default and what no cover pays.",
            expected=money_in(review.currency, review.expected),
        ),
        tr(
            "Against a quarter before on today's ledger: what corrections of data and changes of policy have moved shows only "
            "against an earlier run."
        )
        if not review.bridge.previous
        else tr("Against the earlier run: first its data as they are known today, then today's policy, then the day."),
    )
    return Note(tr("How to read this"), text, small=True)


def worst_tone(level: str) -> str:
    """The tone a warning level is printed in."""
    return TONES.get(level, "")


def level_word(level: str) -> str:
    """A warning level in words."""
    return tr(WARNING_LEVELS.get(level, phrase("too little known")))
