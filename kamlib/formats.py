"""Figures as text: money, shares, days, dates; the only place where a number turns into characters.

The figures are the same in every language; units and dates follow the one in use (`kamlib.language`), or ``lang``.
A missing number is an em dash, a negative one has a true minus sign.
"""

import math
from datetime import date

from kamlib.language import current_language

MISSING = "—"
NBSP = "\u00a0"  # a figure and its unit stay on one line
NO_CURRENCY = "XXX"  # ISO 4217: no currency involved
MONEY_UNITS = {"en": ((1e9, "bn"), (1e6, "m"), (1e4, "k")), "zh": ((1e8, "亿"), (1e4, "万"))}
UNIT_DIVISORS = {"en": {"bn": 1e9, "m": 1e6, "k": 1e3}, "zh": {"亿": 1e8, "万": 1e4}}


def _missing(value: float | None) -> bool:
    return value is None or value != value or math.isinf(value)


def number(value: float | None, digits: int = 0) -> str:
    """A number with thousands separators: ``number(-1234.5, 1)`` is ``−1,234.5``."""
    if _missing(value):
        return MISSING
    text = f"{abs(value):,.{digits}f}"
    negative = value < 0 and any(character not in "0,." for character in text)
    return f"−{text}" if negative else text


def money(value: float | None, lang: str | None = None) -> str:
    """An amount shortened to one decimal of its unit: ``9.4 m``, ``120.0 k``, ``1,234万``."""
    if _missing(value):
        return MISSING
    lang = lang or current_language()
    for limit, unit in MONEY_UNITS[lang]:
        if abs(value) >= limit:
            text = number(value / UNIT_DIVISORS[lang][unit], 1)
            return f"{text}{unit}" if lang == "zh" else f"{text}{NBSP}{unit}"
    return number(value)


def money_full(value: float | None) -> str:
    """An amount to the cent: ``9,412,345.67``."""
    return number(value, 2)


def currency_name(code: str, lang: str | None = None) -> str:
    """The currency as it is printed beside amounts; XXX, ISO 4217's "no currency", is told in words."""
    if code == NO_CURRENCY:
        return {"en": "currency not stated", "zh": "未注明币种"}[lang or current_language()]
    return code


def share(value: float | None, digits: int = 1) -> str:
    """A fraction as per cent: ``share(0.174)`` is ``17.4 %`` (the blank does not break)."""
    return MISSING if _missing(value) else f"{number(value * 100, digits)}{NBSP}%"


def points(value: float | None, digits: int = 1, lang: str | None = None) -> str:
    """A change of a fraction in percentage points, signed: ``+9.0 points``, ``+9.0个百分点``."""
    if _missing(value):
        return MISSING
    unit = "个百分点" if (lang or current_language()) == "zh" else f"{NBSP}points"
    return f"{signed(value * 100, digits)}{unit}"


def signed(value: float | None, digits: int = 0) -> str:
    """A number that always carries its sign; zero carries none."""
    text = number(value, digits)
    return f"+{text}" if text[0] not in "−—" and any(c in "123456789" for c in text) else text


def signed_money(value: float | None, lang: str | None = None) -> str:
    """A change of an amount: ``+1.1 m``."""
    text = money(value, lang)
    return f"+{text}" if text[0] not in "−—" and any(c in "123456789" for c in text) else text


def days(value: float | None, lang: str | None = None) -> str:
    """A length of time in whole days: ``31 days``."""
    if _missing(value):
        return MISSING
    text = number(value)
    if (lang or current_language()) == "zh":
        return f"{text}天"
    return f"{text}{NBSP}day" if text in ("1", "−1") else f"{text}{NBSP}days"


def day(value: date | None, lang: str | None = None) -> str:
    """A date: ``30 September 2026`` or ``2026年9月30日``."""
    if value is None or value != value:
        return MISSING
    if (lang or current_language()) == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day}{NBSP}{value:%B}{NBSP}{value.year}"


def quarter(value: date, lang: str | None = None) -> str:
    """The quarter a date lies in: ``2026 Q3`` or ``2026年第3季度``."""
    ordinal = (value.month + 2) // 3
    return f"{value.year}年第{ordinal}季度" if (lang or current_language()) == "zh" else f"{value.year} Q{ordinal}"


def month(value: date | None, lang: str | None = None) -> str:
    """A month, for axes and sentences: ``Sep 2026`` or ``2026年9月``."""
    if value is None or value != value:
        return MISSING
    return f"{value.year}年{value.month}月" if (lang or current_language()) == "zh" else f"{value:%b}{NBSP}{value.year}"
