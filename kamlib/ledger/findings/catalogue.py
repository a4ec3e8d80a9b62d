"""Every finding by its name: what it is, what was done about it, and whether it stops a run."""

from collections.abc import Iterable
from dataclasses import dataclass

from kamlib.errors import Fault, raise_faults
from kamlib.language import phrase


@dataclass(frozen=True)
class Entry:
    """What a finding says; ``{named}`` values come from the finding.

    Attributes
    ----------
    what : str
        What was found.
    done : str
        What was done about it, or what to do.
    stops : bool
        Whether figures would be wrong: the run stops unless its file accepts the finding by name.
    """

    what: str
    done: str
    stops: bool = False


KEPT = phrase("used as they stand")

CATALOGUE: dict[str, Entry] = {
    # dates
    "ambiguous_dates": Entry(
        phrase("{column}: dates that two of the profile's formats read as different days"),
        phrase("read by the first format; leave only the right one in the profile"),
        stops=True,
    ),
    "wrong_day_order": Entry(
        phrase("{column}: dates that can only be read with day and month the other way round"),
        phrase("set aside; the dates that could be read are then wrong, too: correct the format in the profile"),
        stops=True,
    ),
    "swapped_dates": Entry(
        phrase("dates with day and month swapped: terms that cannot be become usual ones when they are swapped back"),
        phrase("used as they stand; export again with dates as text, not through a spreadsheet"),
        stops=True,
    ),
    "never_after_12": Entry(
        phrase("{column}: {n} different days of the month, and none after the 12th: day and month may be swapped"),
        phrase("used as they stand; compare some dates with the documents"),
        stops=True,
    ),
    "mixed_date_formats": Entry(
        phrase("{column}: dates written in more than one format"),
        phrase("each read by the format that fits; the rarer ones are counted here"),
    ),
    "due_before_issue": Entry(phrase("due before they were issued"), KEPT),
    "long_terms": Entry(phrase("due more than a year after issue"), KEPT),
    "missing_due_dates": Entry(
        phrase("without a due date"),
        phrase(
            "due by the client's agreed terms ({agreed}), else by its usual ones ({usual}), else {days} days after issue"
            " ({default})"
        ),
    ),
    "half_year_gap": Entry(
        phrase("no invoice at all between {start} and {end}"), phrase("ask whether a part of the export is missing")
    ),
    "later_rows": Entry(phrase("dated after {day}, the day that is seen"), phrase("not seen by any figure")),
    # numbers and money
    "ambiguous_numbers": Entry(
        phrase("{column}: amounts such as {example}, whose decimal mark may group thousands"),
        phrase("read with {mark} as the decimal mark; say it in the profile"),
        stops=True,
    ),
    "other_decimal_mark": Entry(
        phrase("{column}: amounts that can only be read with the other decimal mark"),
        phrase("set aside; correct decimal in the profile, or mend them in quarantine.csv"),
    ),
    "scientific_ids": Entry(
        phrase("{column}: ids that a spreadsheet has turned into {example}"),
        phrase("used as they stand; different ids may have become the same: export again with ids as text"),
        stops=True,
    ),
    "float_ids": Entry(
        phrase("{column}: ids written as decimal numbers, such as {example}"),
        phrase("{done_here}"),
    ),
    "lost_zeros": Entry(
        phrase("{column}: {n} ids stand with and without leading zeros, such as {example}"),
        phrase("not joined: if they are the same, put zero_pad: {length} into the profile"),
    ),
    "joined_zeros": Entry(
        phrase("{column}: {n} ids stand with and without leading zeros, such as {example}"),
        phrase("joined, as the profile says"),
    ),
    "similar_ids": Entry(
        phrase("{column}: {n} ids differ from another only in case, blanks or marks, such as {example}"),
        phrase("not joined: they count as different clients until identity.yaml joins them"),
    ),
    "total_row": Entry(
        phrase("a row whose amount is the sum of all others: a total at the end of an export?"),
        phrase("used as it stands; take it out of the export"),
        stops=True,
    ),
    "dominant_row": Entry(
        phrase("one row is {part} of all money in its currency"), phrase("used; compare it with its document")
    ),
    "positive_credit_notes": Entry(
        phrase("credit notes with a positive amount, which would add to revenue"),
        phrase("used as they stand; let the profile turn their sign"),
        stops=True,
    ),
    "credit_notes": Entry(phrase("credit notes"), phrase("taken off revenue and receivables")),
    "negative_invoices": Entry(phrase("invoices with a negative amount"), phrase("counted as credit notes")),
    "cancellations": Entry(
        phrase("negative amounts that cancel an earlier one of the same client to the cent"),
        phrase("both are used and cancel out"),
    ),
    "zero_amounts": Entry(phrase("amounts of zero"), KEPT),
    "no_currency": Entry(phrase("no currency stated"), phrase("treated as one currency of its own, not converted")),
    "unconverted_currencies": Entry(
        phrase("{currency}: no rate for {n} days, {start} to {end}"),
        phrase("set aside; add the rates to the fx table"),
        stops=True,
    ),
    "old_rates": Entry(
        phrase("{currency}: converted at the last rate known, up to {n} days old"), phrase("used at that rate")
    ),
    # rows
    "duplicates": Entry(phrase("the same row more than once"), phrase("the first is used, the others are set aside")),
    "same_number": Entry(
        phrase("the same number with different content"), phrase("the first is used, the others are set aside")
    ),
    "repeated_lines": Entry(
        phrase("lines that stand in the file more than once, alike in every column"),
        phrase("used every time: lines have no number of their own"),
    ),
    "possible_duplicates": Entry(
        phrase("same client, day and amount under another number"), phrase("used; they may have been booked twice")
    ),
    "no_client": Entry(phrase("without a client"), phrase("set aside: they count in no client's figures")),
    "unreadable_rows": Entry(phrase("rows that could not be used"), phrase("set aside with their reasons")),
    "fits_no_table": Entry(
        phrase("lines that fit no table of the profile by its conditions"),
        phrase("set aside; where they should count, mend where, unless or only_if in the profile"),
    ),
    "swallowed_lines": Entry(
        phrase("a quotation mark that is not closed: {n} lines stand inside one field, from line {start} to {end}"),
        phrase("no row of them could be read; mend the quotation mark"),
        stops=True,
    ),
    "broken_letters": Entry(
        phrase("names with broken letters, such as {example}: the file was saved in another encoding"), KEPT
    ),
    # between tables
    "unknown_clients": Entry(phrase("of clients that the clients table does not have"), phrase("used under their id")),
    "unnamed_receipts": Entry(
        phrase("receipts that name no invoice"), phrase("matched as the policy says (receivables.match_payments)")
    ),
    "unknown_invoices": Entry(
        phrase("receipts that name an invoice which is not in the ledger"), phrase("count as unapplied cash")
    ),
    "other_clients_invoice": Entry(
        phrase("receipts that name an invoice of another client"),
        phrase("pay that invoice in figures of the whole ledger only"),
    ),
    "paid_before_issue": Entry(phrase("receipts dated before the invoice they name"), KEPT),
    "over_payments": Entry(
        phrase("invoices paid with more than their amount"), phrase("what is too much lowers the open balance")
    ),
    "negative_receipts": Entry(phrase("negative receipts"), phrase("taken as reversals or refunds")),
    # identity
    "many_names": Entry(
        phrase("{n} client ids have more than one name; {example} has {most} spellings"),
        phrase(
            "counted by id: HHI {hhi_id} points by id, {hhi_written} by id as written, {hhi_name} by name as written"
        ),
    ),
    "merged_ids": Entry(
        phrase("{n} client ids merged into others"), phrase("counted for the id that is kept, as identity.yaml says")
    ),
    "dependent_clients": Entry(
        phrase("clients of which {part} or more rests on another client"), phrase("counted as one group with it")
    ),
    "similar_clients": Entry(
        phrase("{n} pairs of clients have names that may be the same, such as {example}"),
        phrase("not merged: confirm them in identity.yaml"),
    ),
}

STOPPING = tuple(code for code, entry in CATALOGUE.items() if entry.stops)


def check_accepted(names: Iterable[str]) -> None:
    """Refuse names that stop no run.

    Raises
    ------
    DataError
        One fault an unknown name.
    """
    raise_faults(
        Fault("accept", name, f"Use names of findings that stop a run: {', '.join(STOPPING)}.")
        for name in names
        if name not in STOPPING
    )
