import math
from datetime import date

import pytest

from kamlib import formats


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (9_400_000, "9.4\u00a0m", "940.0万"),
        (120_000, "120.0\u00a0k", "12.0万"),
        (9_999, "9,999", "9,999"),
        (-3_210_000_000, "−3.2\u00a0bn", "−32.1亿"),
        (0, "0", "0"),
        (math.nan, "—", "—"),
        (None, "—", "—"),
    ],
)
def test_money_in_both_languages(value, en, zh):
    assert formats.money(value) == en
    assert formats.money(value, "zh") == zh


def test_signs_are_shown_and_zero_has_none():
    assert formats.signed(3) == "+3"
    assert formats.signed(-3) == "−3"
    assert formats.signed(0.2) == "0"
    assert formats.number(-0.001, 2) == "0.00"
    assert formats.signed_money(1_100_000) == "+1.1\u00a0m"
    assert formats.points(0.09) == "+9.0\u00a0points"
    assert formats.signed(math.nan) == "—"


def test_dates_quarters_days_and_currency():
    day = date(2026, 9, 30)
    assert formats.day(day) == "30\u00a0September\u00a02026"
    assert formats.day(day, "zh") == "2026年9月30日"
    assert formats.quarter(day) == "2026 Q3"
    assert formats.quarter(day, "zh") == "2026年第3季度"
    assert formats.days(1) == "1\u00a0day"
    assert formats.days(31) == "31\u00a0days"
    assert formats.days(31, "zh") == "31天"
    assert formats.currency_name("XXX") == "currency not stated"
    assert formats.currency_name("EUR") == "EUR"
    assert formats.share(0.174) == "17.4\u00a0%"
