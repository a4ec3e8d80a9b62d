"""The canonical tables: what each column means, which are required, and on which day a row is known.

The schemas are pandera's, so that an analyst's own frame is checked by the same words as a file
(`check_table`); the ingest reads its rules from them too. Money columns stand beside a currency column; where a
table has none, as `clients`, money is in the reporting currency. A client's `credit_limit` is what the company
itself grants (0: no credit at all; empty: not known), unlike the insured limits of `protections`;
`depends_on` names another client from which `dependence_share` of its receipts or spending comes;
`payment_terms_days` are its usual days from issue to due date; its `language` (en, zh) is the one of letters to it.

Optional columns that the client profile reads: `quantity` of an invoice (pieces, hours; gives prices for a unit);
`contact_plan_days` (a contact is planned every so many days), `share_of_wallet` (our part of what the client buys of
our kind, 0 to 1) and `competitors` of a client; of a contract the clauses (the words "present", "absent", "unknown", or
the clause itself), `minimum_volume` (committed money a year; 0: none), `tooling_cost` (tools for this client that prices
have not paid back yet); of a contact the `contact` (person) and `contact_role` (`decision_maker` or any other word); of a
month's service cost the `development_hours` and `capacity_hours` (machine, staff) spent on the client. The credit review
reads the `recommended_limit` of `ratings`: what an agency recommends, or what another supplier grants (the agency then
being the trade reference).
"""

import warnings
from functools import cache

import pandas as pd

from kamlib.errors import DataError, Fault
from kamlib.language import LANGUAGES, phrase

with warnings.catch_warnings():  # where PySpark is installed pandera imports it, and that warns
    warnings.simplefilter("ignore")
    import pandera.pandas as pa

TEXT, DAY, MONEY, NUMBER, FLAG = "text", "day", "money", "number", "flag"
FIRST_DAY, LAST_DAY = "1900-01-01", "2199-12-31"  # a later optional day means never, as SAP's 9999-12-31 does
MAX_MONEY = 1e13  # above it, cents are lost in floating point
MAX_TEXT = 4_000  # characters of one cell
DTYPES = {TEXT: "str", DAY: "datetime64[us]", MONEY: "float64", NUMBER: "float64", FLAG: "bool"}
KINDS = ("invoice", "credit_note", "debit_note", "note", "contract_asset", "unbilled")
DUE_BASES = ("stated", "agreed_terms", "usual_terms", "default_terms")  # where a due date is from
REVENUE_KINDS = ("invoice", "credit_note", "debit_note")
PROTECTION_KINDS = ("insurance", "guarantee", "deposit", "retention_of_title")
STATUSES = ("current", "prospect", "lost")


def _column(
    kind: str,
    required: bool = False,
    one_of: tuple[str, ...] = (),
    at_least: float | None = None,
    at_most: float | None = None,
):
    checks = [pa.Check.isin(one_of)] if one_of else []
    if at_least is not None:
        checks.append(pa.Check.ge(at_least))
    if at_most is not None:
        checks.append(pa.Check.le(at_most))
    nullable = not required and kind != FLAG
    return pa.Column(
        DTYPES[kind],
        checks=checks,
        nullable=nullable,
        coerce=True,
        metadata={"kind": kind, "one_of": one_of, "at_least": at_least, "at_most": at_most},
    )


def _table(key: tuple[str, ...], known_on: str | None, columns: dict) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, strict=True, metadata={"key": key, "known_on": known_on})


def _texts(*names: str) -> dict:
    return {name: _column(TEXT) for name in names}


def _numbers(*names: str) -> dict:
    return {name: _column(NUMBER) for name in names}


TABLES: dict[str, pa.DataFrameSchema] = {
    "invoices": _table(
        ("invoice_id",),
        "issue_date",
        {
            "invoice_id": _column(TEXT, required=True),
            "client_id": _column(TEXT, required=True),
            "issue_date": _column(DAY, required=True),
            "due_date": _column(DAY),
            "amount": _column(MONEY, required=True),
            "currency": _column(TEXT, required=True),
            "kind": _column(TEXT, one_of=KINDS),
            "product_line": _column(TEXT),
            "quantity": _column(NUMBER),
            "cost": _column(MONEY),
            "disputed": _column(FLAG),
            "due_basis": _column(TEXT, one_of=DUE_BASES),
        },
    ),
    "receipts": _table(
        ("receipt_id",),
        "paid_date",
        {
            "receipt_id": _column(TEXT, required=True),
            "client_id": _column(TEXT, required=True),
            "invoice_id": _column(TEXT),
            "paid_date": _column(DAY, required=True),
            "amount": _column(MONEY, required=True),
            "currency": _column(TEXT, required=True),
        },
    ),
    "clients": _table(
        ("client_id",),
        "since",
        {
            "client_id": _column(TEXT, required=True),
            **_texts("name", "group_id", "industry", "region"),
            "status": _column(TEXT, one_of=STATUSES),
            "since": _column(DAY),
            "account_manager": _column(TEXT),
            **_numbers("potential_revenue", "reputation", "need_for_product", "relationship_strength"),
            "industry_leader": _column(FLAG),
            "related_party": _column(FLAG),
            "credit_limit": _column(MONEY, at_least=0),
            "depends_on": _column(TEXT),
            "dependence_share": _column(NUMBER, at_least=0, at_most=1),
            **_numbers("payment_terms_days"),
            "language": _column(TEXT, one_of=LANGUAGES),
            "contact_plan_days": _column(NUMBER, at_least=1),
            "share_of_wallet": _column(NUMBER, at_least=0, at_most=1),
            "competitors": _column(TEXT),
            **_texts("needs", "proposal", "loyalty_measures"),
        },
    ),
    "orders": _table(
        ("order_id",),
        "order_date",
        {
            "order_id": _column(TEXT, required=True),
            "client_id": _column(TEXT, required=True),
            "order_date": _column(DAY, required=True),
            "promised_date": _column(DAY),
            "amount": _column(MONEY, required=True),
            "delivered_amount": _column(MONEY),
            "custom_stock_cost": _column(MONEY),
        },
    ),
    "contracts": _table(
        ("contract_id",),
        "start_date",
        {
            "contract_id": _column(TEXT, required=True),
            "client_id": _column(TEXT, required=True),
            "start_date": _column(DAY, required=True),
            "end_date": _column(DAY),
            **_numbers("notice_days"),
            "auto_renews": _column(FLAG),
            "annual_value": _column(MONEY),
            **_texts(
                "payment_clause",
                "liquidated_damages",
                "compensation",
                "force_majeure",
                "prepayment",
                "retention_of_title",
                "price_adjustment",
                "change_of_control",
                "exclusivity",
                "late_interest",
            ),
            "minimum_volume": _column(MONEY),
            "termination_compensation": _column(MONEY),
            "tooling_cost": _column(MONEY),
        },
    ),
    "protections": _table(
        (),
        "start_date",
        {
            "client_id": _column(TEXT, required=True),
            "kind": _column(TEXT, required=True, one_of=PROTECTION_KINDS),
            "start_date": _column(DAY, required=True),
            "end_date": _column(DAY),
            "limit": _column(MONEY, at_least=0),
            **_numbers("insured_share", "deductible"),
            "annual_cost": _column(MONEY),
            **_numbers("max_extension_days"),
        },
    ),
    "statements": _table(
        ("client_id", "period_end"),
        "published_date",
        {
            "client_id": _column(TEXT, required=True),
            "period_end": _column(DAY, required=True),
            "published_date": _column(DAY, required=True),
            **_numbers(
                "revenue",
                "ebit",
                "interest_expense",
                "net_income",
                "total_assets",
                "current_assets",
                "cash",
                "receivables",
                "inventory",
                "total_liabilities",
                "current_liabilities",
                "retained_earnings",
                "equity",
                "operating_cash_flow",
                "market_value",
            ),
        },
    ),
    "ratings": _table(
        (),
        "date",
        {
            "client_id": _column(TEXT, required=True),
            "date": _column(DAY, required=True),
            **_texts("agency", "grade"),
            **_numbers("score"),
            "recommended_limit": _column(MONEY, at_least=0),
        },
    ),
    "interactions": _table(
        (),
        "date",
        {
            "client_id": _column(TEXT, required=True),
            "date": _column(DAY, required=True),
            "kind": _column(TEXT),
            "satisfaction": _column(NUMBER),
            **_texts("contact", "contact_role"),
            "note": _column(TEXT),
        },
    ),
    "service_costs": _table(
        (),
        "period",
        {
            "client_id": _column(TEXT, required=True),
            "period": _column(DAY, required=True),
            "amount": _column(MONEY, required=True),
            **_numbers("development_hours", "capacity_hours"),
        },
    ),
    "events": _table(
        (),
        "date",
        {
            "client_id": _column(TEXT, required=True),
            "date": _column(DAY, required=True),
            **_texts("kind", "severity", "source", "note"),
        },
    ),
    "market": _table(
        ("series", "date"),
        "date",
        {
            "series": _column(TEXT, required=True),
            "date": _column(DAY, required=True),
            "value": _column(NUMBER, required=True),
        },
    ),
    "fx": _table(
        ("date", "currency"),
        "date",
        {
            "date": _column(DAY, required=True),
            "currency": _column(TEXT, required=True),
            "rate": _column(NUMBER, required=True, at_least=1e-9, at_most=1e9),
        },
    ),
    "decisions": _table(
        ("decision_id",),
        "date",
        {
            "decision_id": _column(TEXT, required=True),
            "client_id": _column(TEXT, required=True),
            "date": _column(DAY, required=True),
            **_texts("kind", "proposed_by", "approved_by", "before", "after", "reason"),
            "expires": _column(DAY),
            "outcome": _column(TEXT),
        },
    ),
}

ADDS = {
    "receipts": phrase("what is still open, how late clients pay, collection measures"),
    "clients": phrase("names, groups under common control, industries"),
    "orders": phrase("undelivered orders and custom stock in the exposure"),
    "contracts": phrase("notice periods and termination costs"),
    "protections": phrase("insured limits and deposits held"),
    "statements": phrase("financial ratios of the client"),
    "ratings": phrase("external ratings"),
    "interactions": phrase("contact cadence and satisfaction"),
    "service_costs": phrase("the cost to serve a client"),
    "events": phrase("insolvencies, litigation and other news"),
    "market": phrase("sensitivity to the client's industry"),
    "fx": phrase("conversion of invoices in other currencies"),
    "decisions": phrase("what was decided before, and by whom"),
}
"""What each optional table would add, told where it is missing."""

DEFAULTS = {("invoices", "kind"): "invoice", ("clients", "status"): "current"}
"""What an empty cell of these columns means."""

CONVERTED = {"invoices": ("amount", "cost"), "receipts": ("amount",)}
"""Money columns that get a twin ``reporting_…`` in the reporting currency."""


def kind_of(table: str, column: str) -> str:
    """The kind of a canonical column: text, day, money, number or flag."""
    return TABLES[table].columns[column].metadata["kind"]


def required_columns(table: str) -> list[str]:
    """The columns of a table that no row can do without."""
    return [
        name for name, column in TABLES[table].columns.items() if not column.nullable and kind_of(table, name) != FLAG
    ]


def known_on(table: str) -> str | None:
    """The column that tells on which day a row became known."""
    return TABLES[table].metadata["known_on"]


@cache
def empty_table(name: str) -> pd.DataFrame:
    """A frame with the canonical columns and no rows; what an absent table looks like."""
    columns = TABLES[name].columns
    frame = pd.DataFrame({column: pd.Series(dtype=spec.dtype.type) for column, spec in columns.items()})
    return frame.assign(**{f"reporting_{column}": pd.Series(dtype=float) for column in CONVERTED.get(name, ())})


def check_table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame completed to the canonical columns and validated by pandera.

    Parameters
    ----------
    name : str
        A canonical table.
    frame : DataFrame
        With at least the required columns; others may be missing.

    Returns
    -------
    DataFrame
        Canonical columns and types, missing optional ones filled with their default or empty.

    Raises
    ------
    DataError
        An unknown column, a missing required one, or values that break the schema: every fault at once.
    """
    schema = TABLES[name]
    complete = frame.copy()
    for column in schema.columns:
        if column not in complete and column not in required_columns(name):
            complete[column] = False if kind_of(name, column) == FLAG else None
        default = DEFAULTS.get((name, column))
        if default and column in complete:
            complete[column] = complete[column].fillna(default)
    try:
        with warnings.catch_warnings():  # see above: a part of it is imported only now
            warnings.filterwarnings("ignore", message="PySpark does not yet fully support")
            return schema.validate(complete, lazy=True)[list(schema.columns)]
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.drop_duplicates(["column", "check"])
        raise DataError(
            Fault(
                f"{name}.{case.column or case.failure_case}",
                f"{case.failure_case} breaks {case.check}",
                "See the columns of the canonical tables in the README.",
            )
            for case in cases.itertuples()
        ) from error
