"""The risk appetite and what mends it, in sentences."""

import math

import pandas as pd

from kamlib import formats
from kamlib.blocks import Note
from kamlib.dependence import AppetiteReview, Plan
from kamlib.language import listing, phrase, sentences, tr, trn

AXIS_WORDS = {
    "industry": phrase("industry"),
    "region": phrase("region"),
    "product_line": phrase("product line"),
    "account_manager": phrase("account manager"),
}


def note_appetite(appetite: AppetiteReview) -> Note:
    """How many limits are broken, and what could not be judged."""
    broken, judged = appetite.broken, appetite.limits[appetite.limits["status"] != "unknown"]
    said = [
        trn(
            "{n} of {all} limits of the risk appetite is broken.",
            "{n} of {all} limits of the risk appetite are broken.",
            len(broken),
            n=len(broken),
            all=len(judged),
        )
        if len(broken)
        else tr("No limit of the risk appetite is broken.")
    ]
    unknown = appetite.limits[appetite.limits["status"] == "unknown"]
    if len(unknown) and appetite.own_equity != appetite.own_equity:
        said.append(tr("Exposure against own equity is not judged: name own_equity under company in the run file."))
    elif len(unknown):
        said.append(tr("Exposure against own equity is not judged: payments are not known, add the table receipts."))
    missing = [tr(word) for axis, word in AXIS_WORDS.items() if axis not in set(appetite.axes["axis"])]
    if missing:
        said.append(tr("Not recorded, so not judged: {axes}.", axes=listing(missing)))
    return Note("", (sentences(*said),), small=True)


def note_plan(plan: Plan) -> Note:
    """What the plan assumes, and what it asks for in one sentence."""
    if plan.steps.empty:
        return Note("", (tr("No limit is broken: nothing is to be mended."),))
    said = []
    if plan.needed > 0:
        said.append(
            tr(
                "{money} of new annual revenue, from clients outside those over their limit, brings every share and the "
                "HHI back inside the appetite.",
                money=formats.money(plan.needed),
            )
        )
    if plan.unplaced > 0.5 and len(plan.segments):
        said.append(
            tr("{money} of it does not fit below the segments' own limits.", money=formats.money(plan.unplaced))
        )
    still = plan.steps["months_still"].dropna()
    if len(still) and still.map(math.isinf).any():
        said.append(tr("At today's growth it never comes: the others do not grow fast enough."))
    elif len(still):
        n = math.ceil(still.max())
        said.append(trn("At today's growth that takes {n} month.", "At today's growth that takes {n} months.", n, n=n))
    else:
        said.append(tr("How long it takes is not known: the ledger does not reach a year back."))
    assumed = tr(
        "Assumed: the part over its limit stays as it is and new clients stay below it, so the new revenue is part ÷ limit − "
        "total; for the HHI it is spread over many small clients. Months take the change of annual revenue on the year "
        "before as a steady pace. In the last columns nothing new comes and the large client shrinks instead."
    )
    return Note("", (sentences(*said), assumed), small=True)


def limit_over(limit: pd.Series) -> str:
    """One limit of the risk appetite beside its figure: ``five largest 62.9 % (limit 50 %)``."""
    kind = limit["kind"]
    if kind == "hhi":
        points = {name: formats.number(limit[name] * 1e4) for name in ("value", "limit")}
        return tr("HHI {value} (limit {limit})", **points)
    values = {"value": formats.share(limit["value"]), "limit": formats.share(limit["limit"], 0)}
    if kind == "top_five":
        return tr("five largest {value} (limit {limit})", **values)
    if kind == "exposure":
        return tr("{name} owes {value} of own equity (limit {limit})", name=limit["who"], **values)
    return tr("{name} {value} (limit {limit})", name=limit["who"], **values)
