"""Damages a good export as real ones are damaged: each kind by a seed, with the outcomes that are honest for it.

An outcome is ``same`` (the undamaged answer), ``aside:<words>`` (rows set aside, a reason holding the words),
``stops:<words>`` (refused, a fault holding the words) or ``told:<code>`` (a finding of that name).
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

COLUMNS = ["invoice_id", "client_id", "issue_date", "due_date", "amount", "currency", "kind", "disputed"]
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Damage:
    """A kind of damage: `make` returns the bytes of the damaged file; `allowed` are its honest outcomes."""

    make: Callable[[Rows, np.random.Generator], bytes]
    allowed: tuple[str, ...]


def good_rows() -> Rows:
    """Sixty invoices of five clients over twenty months; ids with leading zeros, two credit notes."""
    rng = np.random.default_rng(7)
    days = pd.Timestamp("2024-01-03") + pd.to_timedelta(np.sort(rng.integers(0, 600, 60)), unit="D")
    rows = []
    for number, day in enumerate(days):
        credit = number in (20, 40)
        amount = round(float(rng.uniform(900, 9_000)), 2) * (-0.1 if credit else 1)
        rows.append(
            {
                "invoice_id": f"{2000 + number}",
                "client_id": f"00{rng.integers(101, 106)}",
                "issue_date": f"{day:%Y-%m-%d}",
                "due_date": f"{day + pd.Timedelta(days=30):%Y-%m-%d}",
                "amount": f"{amount:.2f}",
                "currency": "EUR",
                "kind": "credit_note" if credit else "invoice",
                "disputed": "no",
            }
        )
    return rows


def text(rows: Rows, columns: list[str] | None = None, delimiter: str = ",", end: str = "\n") -> bytes:
    """The rows as a CSV file."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns or COLUMNS, delimiter=delimiter, lineterminator=end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def changed(column: str, change: Callable[[str], str], part: float = 1.0, only: Callable[[str], bool] | None = None):
    """Damage to a share of the cells of one column."""

    def make(rows: Rows, rng: np.random.Generator) -> bytes:
        hit = rng.random(len(rows)) < part
        hit[rng.integers(len(rows))] = True
        return text(
            [
                row | {column: change(row[column])} if h and (only is None or only(row[column])) else row
                for row, h in zip(rows, hit, strict=True)
            ]
        )

    return make


def _swapped(day: str) -> str:
    year, month, number = day.split("-")
    return f"{year}-{number}-{month}" if int(number) <= 12 else day


def _spreadsheet(rows: Rows, rng: np.random.Generator) -> bytes:
    return text([row | {name: _swapped(row[name]) for name in ("issue_date", "due_date")} for row in rows])


def _insert(row: Rows, where: float | None = None):
    def make(rows: Rows, rng: np.random.Generator) -> bytes:
        place = int(rng.integers(1, len(rows))) if where is None else int(where * len(rows))
        return text([*rows[:place], *row, *rows[place:]])

    return make


def _again(change: dict[str, str]):
    def make(rows: Rows, rng: np.random.Generator) -> bytes:
        chosen = rng.choice(len(rows), 3, replace=False)
        return text([*rows, *[rows[i] | change for i in chosen]])

    return make


def _total(rows: Rows, rng: np.random.Generator) -> bytes:
    total = sum(round(float(row["amount"]) * 100) for row in rows) / 100
    return text([*rows, rows[-1] | {"invoice_id": "T", "client_id": "Total", "amount": f"{total:.2f}"}])


def _lines(change: Callable[[list[bytes], np.random.Generator], list[bytes]], end: bytes = b"\n"):
    def make(rows: Rows, rng: np.random.Generator) -> bytes:
        return end.join(change(text(rows).rstrip(b"\n").split(b"\n"), rng)) + end

    return make


def _quote(lines: list[bytes], rng: np.random.Generator) -> list[bytes]:
    place = int(rng.integers(5, len(lines) - 10))
    return [*lines[:place], lines[place].replace(b",", b',"', 1), *lines[place + 1 :]]


def _quote_and_end(lines: list[bytes], rng: np.random.Generator) -> list[bytes]:
    broken = _quote(lines, rng)
    place = int(next(i for i, line in enumerate(broken) if b'"' in line)) + 4
    return [*broken[:place], broken[place].replace(b",", b'",', 1), *broken[place + 1 :]]


def _mixed_ends(lines: list[bytes], rng: np.random.Generator) -> list[bytes]:
    return [line + b"\r" if rng.random() < 0.5 else line for line in lines]


def _renamed(lines: list[bytes], rng: np.random.Generator) -> list[bytes]:
    return [lines[0].replace(b"amount", b"betrag"), *lines[1:]]


def _swap_columns(rows: Rows, rng: np.random.Generator) -> bytes:
    return text(rows, [COLUMNS[i] for i in rng.permutation(len(COLUMNS))])


def _gap(rows: Rows, rng: np.random.Generator) -> bytes:
    return text([row for row in rows if not "2024-05-15" <= row["issue_date"] <= "2025-01-15"])


def _shuffled(rows: Rows, rng: np.random.Generator) -> bytes:
    return text([rows[i] for i in rng.permutation(len(rows))])


def _decimal_comma(rows: Rows, rng: np.random.Generator) -> bytes:
    return text([row | {"amount": row["amount"].replace(".", ",")} for row in rows], delimiter=";")


DAMAGES: dict[str, Damage] = {
    "day and month swapped by a spreadsheet": Damage(_spreadsheet, ("stops:swapped_dates",)),
    "only the due dates swapped": Damage(
        changed("due_date", _swapped), ("stops:swapped_dates", "told:due_before_issue")
    ),
    "days before months": Damage(
        changed("issue_date", lambda day: "-".join(np.array(day.split("-"))[[0, 2, 1]])), ("stops:wrong_day_order",)
    ),
    "slashes in some dates": Damage(
        changed("issue_date", lambda day: day.replace("-", "/"), 0.4), ("same", "told:mixed_date_formats")
    ),
    "dates as serial numbers": Damage(changed("issue_date", lambda _: "45321", 0.1), ("aside:issue_date",)),
    "thousands grouped": Damage(changed("amount", lambda a: f"{float(a):,.2f}"), ("same",)),
    "decimal commas": Damage(_decimal_comma, ("aside:amount", "stops:no usable row")),
    "marks of thousands without cents": Damage(
        changed("amount", lambda a: f"{float(a) / 1000:.3f}", 0.3, lambda a: float(a) > 1000),
        ("stops:ambiguous_numbers",),
    ),
    "currency sign in amounts": Damage(changed("amount", lambda a: f"€ {a}", 0.2), ("aside:amount",)),
    "brackets for minus": Damage(
        changed("amount", lambda a: f"({a[1:]})", 1, lambda a: a.startswith("-")), ("same", "aside:amount")
    ),
    "words for amounts": Damage(changed("amount", lambda _: "n/a", 0.1), ("aside:amount",)),
    "ids as floats": Damage(changed("invoice_id", lambda n: f"{n}.0", 0.5), ("told:float_ids",)),
    "ids in powers of ten": Damage(changed("invoice_id", lambda _: "2.00E+03", 0.3), ("stops:scientific_ids",)),
    "lost leading zeros": Damage(changed("client_id", lambda c: c.lstrip("0"), 0.4), ("told:lost_zeros",)),
    "blanks around ids": Damage(changed("client_id", lambda c: f"  {c} ", 0.5), ("same",)),
    "no-break blanks in ids": Damage(changed("client_id", lambda c: f"{c}\u00a0", 0.4), ("same", "told:similar_ids")),
    "clients missing": Damage(changed("client_id", lambda _: "", 0.2), ("aside:client_id is empty",)),
    "due dates missing": Damage(changed("due_date", lambda _: "", 0.3), ("told:missing_due_dates",)),
    "due before issue": Damage(changed("due_date", lambda _: "2023-12-01", 0.05), ("told:due_before_issue",)),
    "currencies missing": Damage(changed("currency", lambda _: "", 0.1), ("aside:currency is empty",)),
    "a currency without rates": Damage(changed("currency", lambda _: "USD", 0.1), ("stops:fx.USD",)),
    "amounts of zero": Damage(changed("amount", lambda _: "0.00", 0.1), ("told:zero_amounts",)),
    "credit notes without their sign": Damage(
        changed("amount", lambda a: a.lstrip("-"), 1, lambda a: a.startswith("-")), ("stops:positive_credit_notes",)
    ),
    "years far off": Damage(changed("issue_date", lambda d: d.replace("20", "30", 1), 0.1), ("aside:issue_date",)),
    "half a year missing": Damage(_gap, ("told:half_year_gap",)),
    "rows twice": Damage(_again({}), ("aside:the same row",)),
    "numbers twice with other amounts": Damage(_again({"amount": "1.00"}), ("aside:with other content",)),
    "booked twice under new numbers": Damage(
        lambda rows, rng: text([*rows, *[row | {"invoice_id": f"9{row['invoice_id']}"} for row in rows[3:6]]]),
        ("told:possible_duplicates",),
    ),
    "a total at the end": Damage(_total, ("stops:total_row",)),
    "a row of enormous size": Damage(
        lambda rows, rng: text([rows[0] | {"amount": "999999999.99"}, *rows[1:]]), ("told:dominant_row",)
    ),
    "the header again": Damage(_insert([{name: name for name in COLUMNS}]), ("aside:must be",)),
    "blank lines": Damage(_lines(lambda lines, rng: [*lines[:9], b"", b"", *lines[9:]]), ("same",)),
    "a line cut off": Damage(_lines(lambda lines, rng: [*lines[:-1], lines[-1][:14]]), ("aside:column",)),
    "fields too many": Damage(
        _lines(lambda lines, rng: [*lines[:7], lines[7] + b",x,y", *lines[8:]]), ("aside:column",)
    ),
    "a quote never closed": Damage(_lines(_quote), ("stops:",)),
    "a quote closed lines later": Damage(_lines(_quote_and_end), ("stops:",)),
    "line ends of two systems": Damage(_lines(_mixed_ends), ("same", "stops:")),
    "line ends of another system": Damage(lambda rows, rng: text(rows, end="\r\n"), ("same",)),
    "a column renamed": Damage(_lines(_renamed), ("stops:missing column",)),
    "columns in another order": Damage(_swap_columns, ("same",)),
    "rows in another order": Damage(_shuffled, ("same",)),
    "tabs": Damage(lambda rows, rng: text(rows, delimiter="\t"), ("same",)),
    "a mark of byte order": Damage(lambda rows, rng: b"\xef\xbb\xbf" + text(rows), ("same",)),
    "UTF-16": Damage(lambda rows, rng: text(rows).decode().encode("utf-16"), ("same", "stops:")),
    "bytes of zero": Damage(
        lambda rows, rng: text(rows).replace(b"0010", b"00\x0010", 1), ("stops:", "same", "aside:")
    ),
}
