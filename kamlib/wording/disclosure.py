"""Drafts of what accounting and securities rules want told about large customers, always in both languages."""

from kamlib import formats
from kamlib.blocks import Note
from kamlib.dependence import Disclosure
from kamlib.language import LANGUAGES, phrase, sentences, speaking, tr

TITLES = {"en": phrase("Draft in English"), "zh": phrase("Draft in Chinese")}
REASONS = {
    "dominant": phrase("above {limit} of revenue"),
    "new": phrase("newly among the five largest"),
    "depended": phrase("heavily depended on"),
}


def notes_disclosure(disclosure: Disclosure) -> tuple[Note, ...]:
    """Major customers (ASC 280-10-50-42, IFRS 8.34) and the five largest (China), one note a language.

    Both drafts are made whatever the report's language: each goes into a filing of its own.
    """
    drafts = {}
    for lang in LANGUAGES:
        with speaking(lang):
            drafts[lang] = (*_major(disclosure), *_top_five(disclosure))
    return tuple(Note(tr(TITLES[lang]), draft) for lang, draft in drafts.items())


def note_disclosure() -> Note:
    """What the drafts leave to the reader."""
    return Note(
        "",
        (
            tr(
                "Drafts from the ledger: the period must be the fiscal year, revenue that of the financial statements, and "
                "the segment of each major customer is to be named. Neither standard asks for a customer's name; entities "
                "known to be under common control count as one."
            ),
        ),
        small=True,
    )


def _period(disclosure: Disclosure) -> dict[str, str]:
    return {
        "start": formats.day(disclosure.start),
        "end": formats.day(disclosure.end),
        "currency": formats.currency_name(disclosure.currency),
        "limit": formats.share(disclosure.threshold, 0),
    }


def _major(disclosure: Disclosure) -> tuple[str, ...]:
    period = _period(disclosure)
    if disclosure.major.empty:
        return (
            tr(
                "ASC 280-10-50-42 and IFRS 8.34. From {start} to {end} no single external customer, entities under common "
                "control counting as one, accounted for {limit} or more of revenue.",
                **period,
            ),
        )
    head = tr(
        "ASC 280-10-50-42 and IFRS 8.34. From {start} to {end} the following external customers, entities under common "
        "control counting as one, each accounted for {limit} or more of revenue:",
        **period,
    )
    rows = [
        tr(
            "Customer {letter} ({name}): {currency} {amount}, {share} of revenue, reported in segment […].",
            letter=chr(65 + place % 26),
            name=row.name,
            currency=period["currency"],
            amount=formats.number(row.revenue),
            share=formats.share(row.share),
        )
        for place, row in enumerate(disclosure.major.itertuples(index=False))
    ]
    return (sentences(head, *rows),)


def _top_five(disclosure: Disclosure) -> tuple[str, ...]:
    period = _period(disclosure)
    head = tr(
        "Five largest customers (CSRC rules on annual reports). From {start} to {end} sales to the five largest customers "
        "came to {currency} {amount}, {share} of annual sales.",
        **{name: period[name] for name in ("start", "end", "currency")},
        amount=formats.number(float(disclosure.top["revenue"].sum())),
        share=formats.share(disclosure.top_share),
    )
    related = (
        tr(
            "Of these, sales to related parties came to {currency} {amount}, {share} of annual sales.",
            currency=period["currency"],
            amount=formats.number(disclosure.related_revenue),
            share=formats.share(disclosure.related_revenue / disclosure.revenue),
        )
        if disclosure.related_known
        else tr("Whether any of them is a related party is not recorded: add the table clients.")
    )
    named = disclosure.top[disclosure.top["named"] != ""]
    rows = [
        tr(
            "To be named: {name}, {currency} {amount}, {share} ({reason}).",
            name=row.name,
            currency=period["currency"],
            amount=formats.number(row.revenue),
            share=formats.share(row.share),
            reason=tr(REASONS[row.named], limit=formats.share(disclosure.dominant, 0))
            if row.named == "dominant"
            else tr(REASONS[row.named]),
        )
        for row in named.itertuples(index=False)
    ]
    none = tr("No customer is above {limit}, newly among the five, or heavily depended on.",
              limit=formats.share(disclosure.dominant, 0))  # fmt: skip
    new_unknown = disclosure.top["new"].isna().any()
    unknown = tr("Who is new among the five is not known: the ledger does not reach a year back.")
    return (sentences(head, related, *(rows or [none]), *([unknown] if new_unknown else [])),)
