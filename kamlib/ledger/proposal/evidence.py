"""What the values of a column look like: dates and in which form, numbers and with which mark, codes, ids."""

import re
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日",
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y",
    "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M",
)  # fmt: skip
SWAPPED = {
    "%d/%m/%Y": "%m/%d/%Y", "%d-%m-%Y": "%m-%d-%Y", "%d/%m/%y": "%m/%d/%y", "%d/%m/%Y %H:%M": "%m/%d/%Y %H:%M",
}  # fmt: skip
NUMBER = re.compile(r"^[-+]?[\d.,' \u00a0]*\d$")
COMMA = re.compile(r"(?:^|\d)\d?,\d{1,2}$|\.\d{3},\d+$")
POINT = re.compile(r"(?:^|\d)\d?\.\d{1,2}$|,\d{3}\.\d+$")
CODES = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "CNY",
        "CHF",
        "JPY",
        "INR",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "CAD",
        "AUD",
        "NZD",
        "HKD",
        "SGD",
        "KRW",
        "BRL",
        "MXN",
        "ZAR",
        "TRY",
        "AED",
        "XXX",
    ]
)

WORDS = {
    "人民币": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "港币": "HKD",
    "日元": "JPY",
    "英镑": "GBP",
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
}


@dataclass(frozen=True)
class DateEvidence:
    """In which forms a column's dates stand.

    Attributes
    ----------
    share : float
        Of the filled values that are read so.
    formats : tuple of str
    reason : str
    sure : bool
        False where day and month could stand either way round.
    """

    share: float
    formats: tuple[str, ...]
    reason: str
    sure: bool


def date_evidence(values: pd.Series) -> DateEvidence:
    """The forms that read the values of a column as dates, and how day and month were told apart."""
    there = values.dropna().unique()[:1_000]
    fits = {pattern: {text for text in there if _reads(text, pattern)} for pattern in FORMATS}
    sure, notes, dropped = True, [], set()
    for first, second in SWAPPED.items():
        left, right = len(fits[first]), len(fits[second])
        if not left and not right:
            continue
        if left == right and fits[first] == fits[second]:
            sure = False
            notes.append(f"day and month could stand either way round in all {left:,} values: {first} is a guess")
        kept, lost = (first, second) if left >= right else (second, first)
        only = len(fits[kept] - fits[lost])
        if only:
            notes.append(f"{only:,} of {max(left, right):,} values are no dates as {lost}")
        dropped.add(lost)
    chosen, covered = [], set()
    for pattern in sorted((p for p in FORMATS if p not in dropped), key=lambda p: -len(fits[p])):
        if len(fits[pattern] - covered):
            chosen.append(pattern)
            covered |= fits[pattern]
    share = len(covered) / len(there) if len(there) else 0.0
    reason = "; ".join([f"{share:.0%} of the values read as {' or '.join(chosen)}" if chosen else "no dates", *notes])
    return DateEvidence(share, tuple(chosen), reason, sure)


def number_evidence(values: pd.Series) -> tuple[float, str, str]:
    """Which share of the values are numbers, the decimal mark, and why that one."""
    there = values.dropna().head(2_000)
    numbers = there[there.str.match(NUMBER)]
    share = len(numbers) / len(there) if len(there) else 0.0
    commas, points = int(numbers.str.contains(COMMA).sum()), int(numbers.str.contains(POINT).sum())
    if commas > points:
        return share, ",", f"{commas:,} of {len(numbers):,} numbers end like 1,50"
    reason = f"{points:,} of {len(numbers):,} numbers end like 1.50" if points else "no decimals: a point is assumed"
    return share, ".", reason


def code_share(values: pd.Series) -> float:
    """Which share of the values are currency codes."""
    there = values.dropna().head(2_000).str.strip()
    return float(there.isin(CODES).mean()) if len(there) else 0.0


def currency_words(values: pd.Series) -> dict[str, str]:
    """The words of a column that name currencies, with their codes; empty where any of them is not known."""
    there = set(values.dropna().str.strip())
    return {word: WORDS[word] for word in sorted(there & set(WORDS))} if there and there <= {*WORDS, *CODES} else {}


def distinct_share(values: pd.Series) -> float:
    """Distinct values over filled ones: 1 for an id of rows, small for what repeats."""
    there = values.dropna()
    return there.nunique() / len(there) if len(there) else 0.0


def float_ids(values: pd.Series) -> bool:
    """Whether ids carry the ``.0`` of a float column."""
    return bool(values.dropna().str.fullmatch(r"\d+\.0+").mean() > 0.5) if values.notna().any() else False


def _reads(text: str, pattern: str) -> bool:
    try:
        return 1900 <= datetime.strptime(text.strip(), pattern).year < 2200
    except ValueError:
        return False
