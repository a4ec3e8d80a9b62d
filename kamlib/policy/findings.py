"""From when on something odd in a ledger is told as a finding, and what counts as usual."""

from pydantic import Field

from kamlib.settings import Strict


class FindingRules(Strict):
    """From when on something odd in a ledger is told as a finding, and what counts as usual.

    Attributes
    ----------
    few : int
        Fewer odd dates or numbers are slips of the pen, not a column read the wrong way.
    long_terms_days : int
        Terms above it are told.
    many_days, many_rows : int
        So many different days of the month in so many rows, and none after the 12th: day and month may be swapped.
    gap_months : int
        More months without an invoice are a gap.
    usual_terms_share, usual_terms_least : float, int
        Terms that such a share of the invoices have, and at least so many, are usual ones.
    odd_terms_days, swapped_share : int, float
        Terms by so many days longer than the longest usual ones are odd; where a swap of day and month makes usual ones
        of such a share of the odd ones, days and months are swapped.
    usual_terms_rows : int
        So many stated due dates of a client give its usual terms.
    dominant_share : float
        One row that is more of the money in its currency is told.
    dominant_rows : int
        Where there are at least so many rows.
    total_rows : int
        Among fewer rows, one that is the sum of all others is no total.
    inner_lines : int
        A field that holds so many lines with as many fields as a row has swallowed rows.
    usual_rate_age_days : int
        A rate of exchange that old is what weekends and holidays leave; only an older one is told.
    """

    few: int = Field(3, ge=1)
    long_terms_days: int = Field(366, ge=1)
    many_days: int = Field(8, ge=2, le=12)
    many_rows: int = Field(30, ge=2)
    gap_months: int = Field(6, ge=1)
    usual_terms_share: float = Field(0.05, gt=0, le=1)
    usual_terms_least: int = Field(2, ge=1)
    odd_terms_days: int = Field(20, ge=0)
    swapped_share: float = Field(0.50, gt=0, le=1)
    usual_terms_rows: int = Field(3, ge=1)
    dominant_share: float = Field(0.50, gt=0, lt=1)
    dominant_rows: int = Field(10, ge=2)
    total_rows: int = Field(4, ge=3)
    inner_lines: int = Field(1, ge=1)
    usual_rate_age_days: int = Field(3, ge=0)
