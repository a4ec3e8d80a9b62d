"""A client's contracts as tables: what is in force, which clauses, what leaving costs."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Note, Table
from kamlib.client_profile import ClientProfile
from kamlib.language import listing, sentences, tr, trn
from kamlib.tables.shared import table_of
from kamlib.wording.profile_names import (
    BASE_NAMES,
    CLAUSE_NAMES,
    STATUS_NAMES,
)


def table_contracts(profile: ClientProfile) -> Table | Note:
    """Each contract in force: its end, notice, earliest exit, value."""
    position, unit = profile.contract, formats.currency_name(profile.currency)
    if position.contracts.empty:
        return _no_contracts(profile)
    columns = [
        Column("contract", tr("Contract"), False),
        Column("end", tr("Ends"), False),
        Column("notice", tr("Notice, days")),
        Column("renews", tr("Renews itself"), False),
        Column("exit", tr("Earliest exit"), False),
        Column("decide", tr("Decide by"), False),
        Column("value", tr("Value a year, {unit}", unit=unit)),
        Column("minimum", tr("Minimum volume")),
    ]
    rows = position.contracts.sort_values("annual_value", ascending=False)
    values = [
        [r.contract_id, r.end_date, r.notice_days, r.auto_renews, r.exit, r.decide_by, r.annual_value, r.minimum_volume]
        for r in rows.itertuples()
    ]
    texts = [
        [
            str(v[0]),
            tr("open-ended") if pd.isna(v[1]) else _short_day(v[1]),
            formats.number(v[2]),
            tr("yes") if v[3] else tr("no"),
            _short_day(v[4]),
            tr("any day") if pd.isna(v[5]) else _short_day(v[5]),
            formats.number(v[6]),
            formats.number(v[7]),
        ]
        for v in values
    ]
    total = float(rows["annual_value"].sum())
    reading = (
        tr("Notice may be given on any day (policy).")
        if profile.policy.profile.notice_reading == "any_time"
        else tr("A term binds to its end (policy).")
    )
    told = [reading]
    if rows["estimated"].any():
        told.append(tr("Where no value is recorded, revenue that other contracts do not explain stands in."))
    if rows["lapsed"].any():
        told.append(tr("A contract whose recorded end has passed renews itself; its new end is not recorded."))
    if total > 1.25 * profile.revenue > 0:
        told.append(
            tr(
                "The contracts name {total} a year, the client bought for {revenue}: check overlapping contracts.",
                total=formats.money(total),
                revenue=formats.money(profile.revenue),
            )
        )
    return table_of(tr("Contracts in force"), columns, texts, values, note=sentences(*told), key="contracts")


def _short_day(day: pd.Timestamp) -> str:
    """A date for a narrow column, the same in both languages."""
    return f"{day:%Y-%m-%d}"


def _no_contracts(profile: ClientProfile) -> Note:
    ended = profile.contract.ended
    if "contracts" in profile.absent:
        text = tr(
            "The ledger has no contracts. Bring contracts.csv with contract_id, client_id, start_date, end_date, notice_days, annual_value and the clauses: it would show what is protected, until when, and what is missing."
        )
    elif ended:
        text = trn(
            "No contract is in force; {n} has ended.", "No contract is in force; {n} have ended.", ended, n=ended
        )
    else:
        text = tr("No contract with this client is recorded: no revenue is protected.")
    return Note(tr("Contracts in force"), (text,))


def table_clauses(profile: ClientProfile) -> Table | Note:
    """What is missing from the contracts, most money first."""
    position = profile.contract
    if position.contracts.empty:
        return Note(tr("Clauses"), (tr("Without a contract there is no clause to check."),), small=True)
    columns = [
        Column("clause", tr("Clause"), False),
        Column("status", tr("Status"), False),
        Column("how", tr("How the money is set"), False),
        Column("amount", tr("Left open, {unit}", unit=formats.currency_name(profile.currency))),
    ]
    values = [[r.clause, r.status, r.base, r.amount] for r in position.missing.itertuples()]
    texts = [
        [
            tr(CLAUSE_NAMES[r.clause]),
            tr(STATUS_NAMES[r.status]),
            tr(
                "{share} of {base}, {amount}",
                share=formats.share(r.share, 0),
                base=tr(BASE_NAMES[r.base]),
                amount=formats.money(r.base_amount),
            ),
            formats.number(r.amount),
        ]
        for r in position.missing.itertuples()
    ]
    there = position.checklist.loc[position.checklist["status"] == "present", "clause"]
    present = tr("Present in every contract: {clauses}.", clauses=listing(tr(CLAUSE_NAMES[c]) for c in there))
    none = tr("No clause is present in every contract.")
    weak = tr("The shares are conventions of the policy (weak); the amounts overlap and do not add up.")
    return table_of(
        tr("Clauses missing or unknown"),
        columns,
        texts,
        values,
        note=sentences(present if len(there) else none, weak),
        key="clauses",
    )


def table_termination(profile: ClientProfile) -> Table | Note:
    """What ending the contracts would leave unpaid."""
    position = profile.contract
    if position.contracts.empty and not position.custom_stock:
        return Note(
            tr("What termination would cost"),
            (tr("Neither a contract nor stock made for the client is recorded."),),
            small=True,
        )
    columns = [Column("part", tr("Part"), False), Column("amount", formats.currency_name(profile.currency))]
    values = [
        [tr("Stock made for this client"), position.custom_stock],
        [tr("Tools not paid back yet"), position.tooling],
        [tr("Agreed compensation"), 0.0 - position.compensation],
        [tr("Loss on termination"), position.termination_loss],
    ]
    texts = [[name, formats.number(value)] for name, value in values]
    told = []
    if position.unsure_compensation:
        told.append(
            tr(
                "{amount} of compensation is recorded where the clause is absent or unknown: it does not count.",
                amount=formats.number(position.unsure_compensation),
            )
        )
    if "orders" in profile.absent:
        told.append(tr("No orders in the ledger: stock made for the client is not known (orders.custom_stock_cost)."))
    return table_of(
        tr("What termination would cost"), columns, texts, values, total=True, note=sentences(*told), key="termination"
    )
