"""The page's own what-if: the figures and words that its script reads."""

from typing import Any

from kamlib import formats
from kamlib.blocks import WhatIf
from kamlib.language import current_language, tr
from kamlib.stress import LossParts

LARGEST = (1, 3, 5, 10)


def choose_clients(parts: LossParts) -> WhatIf:
    """A choice of clients to lose; revenue, margin, profit and cash follow in the reader's browser."""
    unit = formats.currency_name(parts.currency)
    keys = {"name": "name", "revenue": "revenue", "margin": "margin", "kept_margin": "kept", "cash": "cash"}
    frame = parts.clients[list(keys)].rename(columns=keys).round(2)
    clients = [{"id": str(client), **row} for client, row in frame.to_dict("index").items()]
    measures = [
        ("revenue", tr("Revenue of a whole year, {unit}", unit=unit)),
        ("margin", tr("Contribution margin")),
        ("profit", tr("Operating profit of a whole year")),
        ("first", tr("Operating profit of the first year, contracts kept")),
        ("cash", tr("Cash after twelve months")),
    ]
    content: dict[str, Any] = {
        "clients": clients,
        "revenue": parts.revenue,
        "margin": parts.margin,
        "fixed": parts.fixed_cost,
        "cash": parts.cash,
        "floor": parts.floor,
        "measures": [{"key": key, "label": label} for key, label in measures],
        "buttons": [
            *[(tr("largest {n}", n=n), n) for n in LARGEST if n <= len(clients)],
            (tr("keep all"), 0),
        ],
        "units": _units(),
        "words": {
            "search": tr("Find a client"),
            "before": tr("now {amount}", amount="{amount}"),
            "lost": tr("Clients lost: {n}; revenue lost: {share} %.", n="{n}", share="{share}"),
            "none": tr("Nobody is lost: choose clients above."),
        },
    }
    note = tr(
        "Choose in the HTML page on a screen. Fixed cost stays, nobody is replaced; contracts run on through notice and "
        "expiry for the first year and for cash. The figures are those of the table of losses, client by client."
    )
    return WhatIf(tr("Choose whom to lose"), note, content)


def _units() -> list[tuple[float, str, float]]:
    """From which amount on which unit is written, as `formats.money` does."""
    lang = current_language()
    blank = "" if lang == "zh" else formats.NBSP
    divisors = formats.UNIT_DIVISORS[lang]
    return [(limit, f"{blank}{unit}", divisors[unit]) for limit, unit in formats.MONEY_UNITS[lang]]
