"""Emergency plans filled with a client's figures: as notes for a report, as text for a drill."""

from collections.abc import Mapping

import pandas as pd

from kamlib import formats
from kamlib.blocks import Note
from kamlib.language import current_language, listing, sentences, tr
from kamlib.treatment import ClientCase, Playbook, playbook_for
from kamlib.wording.shared import money_in
from kamlib.wording.warning_names import WARNING_LEVELS, evidence

MOST_SIGNS = 3


def case_figures(case: ClientCase, company: str) -> dict[str, str]:
    """Every name that a playbook may say in braces, as text."""

    def money(amount: float) -> str:
        return tr("none on record") if amount != amount else money_in(case.currency, amount)

    def day(moment: pd.Timestamp) -> str:
        return tr("none in the calendar") if pd.isna(moment) else formats.day(moment)

    lang = current_language()
    signs = [evidence(*sign) for sign in case.signs[:MOST_SIGNS]]
    return {
        "client": case.name,
        "client_id": case.client_id,
        "company": company,
        "manager": case.manager or tr("the account manager (none on record)"),
        "day": formats.day(case.date),
        "exposure": money(case.exposure),
        "overdue": money(case.overdue),
        "protected": money(case.protected),
        "uncovered": money(case.uncovered),
        "at_risk": money(case.at_risk),
        "revenue": money(case.revenue),
        "share": formats.share(case.share),
        "limit": money(case.limit),
        "insured": money(case.insured),
        "level": tr(WARNING_LEVELS[case.level]),
        "signs": listing(signs) if signs else tr("No sign warns today"),
        "notify_by": day(case.notify_by),
        "claim_by": day(case.claim_by),
        "country": case.legal.names[lang],
        "claim_days": str(case.legal.claim_days),
        "reclaim_days": str(case.legal.reclaim_days or tr("none named")),
        "law": case.legal.notes[lang],
        "first_day": day(case.date + pd.Timedelta(days=1)),
        "first_week": day(case.date + pd.Timedelta(days=7)),
        "first_month": day(case.date + pd.DateOffset(months=1)),
    }


def unknown_figures(case: ClientCase) -> frozenset[str]:
    """The figures that this client has not: no cover, no limit, no date in the calendar, no revenue to replace."""
    absent = {
        "limit": case.limit != case.limit,
        "insured": not case.insured > 0,
        "notify_by": pd.isna(case.notify_by),
        "claim_by": pd.isna(case.claim_by),
        "reclaim_days": not case.legal.reclaim_days,
        "revenue": not case.revenue > 0,
        "share": not case.share > 0,
    }
    return frozenset(name for name, is_absent in absent.items() if is_absent)


def case_playbook(case: ClientCase, playbooks: Mapping[str, Playbook]) -> Playbook | None:
    """The plan that a client's signs call for."""
    return playbook_for(playbooks, case.triggers)


def note_playbook(case: ClientCase, playbooks: Mapping[str, Playbook], company: str) -> Note:
    """The emergency plan of one client, a paragraph a section; or that none is there for what triggers."""
    found = case_playbook(case, playbooks)
    if found is None:
        said = tr(
            "No playbook in params/playbooks names any of its triggers ({triggers}): write one, or name them in one.",
            triggers=", ".join(case.triggers) or tr("none"),
        )
        return Note(case.name, (said,))
    filled = found.filled(case_figures(case, company), unknown_figures(case))
    parts = tuple(
        tr("{heading}: {text}", heading=heading, text=sentences(*lines)) for heading, lines in filled.sections
    )
    title = tr("{name}: {plan}", name=case.name, plan=found.head.title)
    return Note(
        title,
        (
            tr(
                "Leads: {owner}. Drill: kam drill {plan} --client {client}",
                owner=found.head.owner,
                plan=found.name,
                client=case.client_id,
            ),
            *parts,
        ),
    )


def drill_text(case: ClientCase, playbook: Playbook, company: str) -> str:
    """The whole pack as Markdown, with boxes to tick."""
    filled = playbook.filled(case_figures(case, company), unknown_figures(case))
    head = [
        tr("# Drill: {plan}", plan=playbook.head.title),
        tr(
            "{client} ({client_id}), as of {day}. Leads: {owner}.",
            owner=playbook.head.owner,
            **{k: v for k, v in case_figures(case, company).items() if k in ("client", "client_id", "day")},
        ),
        tr("This is an exercise: nobody outside is called."),
    ]
    body = []
    for number, (heading, lines) in enumerate(filled.sections):
        body.append(f"## {heading}")
        body += [line if number == 0 else f"- [ ] {line}" for line in lines]
    return "\n\n".join([*head, "\n".join(body).replace("\n## ", "\n\n## ")]) + "\n"
