"""Profiles: one YAML file that says where each canonical column stands in a system's export."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field, field_validator

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.schema import DAY, FLAG, MONEY, NUMBER, TABLES, TEXT, kind_of, required_columns
from kamlib.settings import HOUSE, Strict, checked_model, house_path, read_yaml

PROFILE_FOLDER = HOUSE / "params" / "profiles"
ISO_FORMATS = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y%m%d"]


class ColumnRule(Strict):
    """Where one canonical column comes from, and how its text is read.

    Attributes
    ----------
    column : list of str
        Headers that may carry it; the first one present in the file is read.
    value : str or None
        The same text for every row, where the export has no such column or the cell is empty.
    formats : list of str
        Date formats, tried in this order (``%Y-%m-%d`` …).
    decimal : {".", ","}
        The decimal mark; the other one may group thousands.
    yes : list of str
        What counts as true in a flag; compared without case.
    zero_pad : int
        Whole numbers are filled up with zeros to this length (SAP's ALPHA conversion), which brings ids
        that a spreadsheet robbed of their leading zeros back together.
    whole_number : bool
        Cut the ``.0`` that a spreadsheet or a float column left behind an id.
    prefix : str
        Put before every value, to make ids of one kind differ from another's.
    product : list of str
        Headers whose numbers are multiplied, in place of a column (quantity × price).
    values : dict
        Words of the export → canonical ones, compared without case.
    prefixes : dict
        How a value begins → what it then means ("C" → credit_note).
    otherwise : str or None
        What every other value means where `values` or `prefixes` are given; None keeps it as it is.
    minus : bool
        Turn the sign of every number (payments that are booked negative).
    minus_if : dict
        Header → words; the number is turned negative where that column holds one of them.
    shift_hours : float
        Added to a time before its day is taken (8 turns UTC into the time of China).
    """

    column: list[str] = Field(default_factory=list)
    value: str | None = None
    formats: list[str] = Field(default_factory=lambda: list(ISO_FORMATS))
    decimal: Literal[".", ","] = "."
    yes: list[str] = Field(default_factory=lambda: ["true", "yes", "y", "1", "t", "是"])
    zero_pad: int = 0
    whole_number: bool = False
    prefix: str = ""
    product: list[str] = Field(default_factory=list)
    values: dict[str, str] = Field(default_factory=dict)
    prefixes: dict[str, str] = Field(default_factory=dict)
    otherwise: str | None = None
    minus: bool = False
    minus_if: dict[str, list[str]] = Field(default_factory=dict)
    shift_hours: float = Field(0.0, ge=-24, le=24)

    @field_validator("column", mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        return [given] if isinstance(given, str) else given

    def header(self, headers: Sequence[str]) -> str | None:
        """The column that is read: the first of its names that is there, in whatever case."""
        folded = {name.strip().lower(): name for name in reversed(headers)}
        exact = next((name for name in self.column if name in headers), None)
        return exact or next((folded[name.lower()] for name in self.column if name.lower() in folded), None)

    def reads(self, headers: Sequence[str]) -> bool:
        """Whether there is anything to read it from."""
        if self.product:
            return set(self.product) <= set(headers)
        return self.value is not None or self.header(headers) is not None

    def used(self, headers: Sequence[str]) -> set[str]:
        """Every header that it reads."""
        return {*self.product, *self.minus_if, *filter(None, [self.header(headers)])}


class Join(Strict):
    """Columns of another table looked up for each row.

    Attributes
    ----------
    file : str
        The file, sheet or database table that is looked up in.
    by : str
        The header that both have; or `left` and `right` where they differ.
    """

    file: str
    by: str = ""
    left: str = ""
    right: str = ""

    @property
    def headers(self) -> tuple[str, str]:
        """The header in the table itself, and in the one that is looked up in."""
        return self.left or self.by, self.right or self.by


class TableRule(Strict):
    """How one canonical table is read.

    Attributes
    ----------
    file : str or None
        The stem of the file inside the ledger's folder, or the sheet or table inside a workbook or database;
        None reads the ledger's own single file.
    sheet : str or None
        The sheet of a workbook that stands in a folder; None reads the first.
    header_line : int
        The line of the column names, from 1; 0 takes the first that holds anything.
    encoding, delimiter : str
        Of a text file; empty to find out.
    join : list of Join
        Tables whose columns are looked up for each row (an invoice's header for its lines).
    columns : dict or "canonical"
        Canonical column → rule; "canonical" reads every column by its own name.
    only_if : str or None
        A source header; lines where it is empty carry no row of this table.
    where, unless : dict
        Source header → words (compared without case): only such lines carry a row of this table, or never do.
        What `where` names must be there.
    one_row_per : str or None
        Lines are gathered to one row a value of this canonical column; of each other column the most
        frequent value is kept (ties: the first in alphabetical order).
    add_up : list of str
        With `one_row_per`: numbers that are added up over the lines (invoices from their lines); of every other
        column the smallest value is kept, and lines that disagree on client or currency are set aside.
    """

    file: str | None = None
    columns: dict[str, ColumnRule] | Literal["canonical"]
    sheet: str | None = None
    header_line: int = Field(0, ge=0, le=10_000)
    encoding: str = ""
    delimiter: str = Field("", max_length=1)
    join: list[Join] = Field(default_factory=list)
    only_if: str | None = None
    where: dict[str, list[str]] = Field(default_factory=dict)
    unless: dict[str, list[str]] = Field(default_factory=dict)
    one_row_per: str | None = None
    add_up: list[str] = Field(default_factory=list)

    @field_validator("columns", mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        if isinstance(given, dict):
            return {k: {"column": v} if isinstance(v, str) else v for k, v in given.items()}
        return given

    def rules(self, table: str) -> dict[str, ColumnRule]:
        """The rule of each canonical column this table is read by."""
        if self.columns == "canonical":
            return {name: ColumnRule(column=[name]) for name in TABLES[table].columns}
        return self.columns

    @property
    def conditions(self) -> list[str]:
        """The headers without which it is not known which lines carry a row."""
        return [*filter(None, [self.only_if]), *self.where]


class Profile(Strict):
    """A whole mapping.

    Attributes
    ----------
    title, origin : str
        What system it reads, and where the column names come from.
    tables : dict
        Canonical table → `TableRule`; without ``invoices`` it can only be one of several sources.
    """

    title: str
    origin: str
    tables: dict[str, TableRule]


def profile_names() -> list[str]:
    """The profiles that ship."""
    return sorted(path.stem for path in PROFILE_FOLDER.glob("*.yaml"))


def load_profile(name: str) -> Profile:
    """Read a profile by name from ``params/profiles``, or from the path of a YAML file.

    Raises
    ------
    DataError
        Unknown name (the known ones are listed), or faults in the file, all of them.
    """
    path = house_path(name) if name.endswith((".yaml", ".yml")) else PROFILE_FOLDER / f"{name}.yaml"
    known = profile_names()
    if not path.is_file() or (path.parent == PROFILE_FOLDER and path.stem not in known):
        raise DataError(Fault("profile", name, f"Use one of {', '.join(known)}, or the path of a profile's YAML file."))
    return parse_profile(read_yaml(path), f"profile {name}")


def parse_profile(content: Any, where: str) -> Profile:
    """Check the content of a profile file against its model and the canonical tables."""
    profile = checked_model(Profile, content, where)
    faults = []
    for table, rule in profile.tables.items():
        if table not in TABLES:
            faults.append(Fault(f"{where}: tables", table, f"Use one of {', '.join(TABLES)}."))
            continue
        rules = rule.rules(table)
        for column, column_rule in rules.items():
            field = f"{where}: {table}.{column}"
            if column not in TABLES[table].columns:
                faults.append(Fault(field, "unknown column", f"Use one of {', '.join(TABLES[table].columns)}."))
            elif not column_rule.column and column_rule.value is None and not column_rule.product:
                faults.append(Fault(field, "neither column nor value", "Name a source column or one value."))
            elif column_rule.zero_pad and kind_of(table, column) != TEXT:
                faults.append(Fault(field, "zero_pad", "Only text columns can be filled up with zeros."))
            elif (column_rule.product or column_rule.minus or column_rule.minus_if) and kind_of(table, column) not in (
                MONEY,
                NUMBER,
            ):
                faults.append(Fault(field, "product or minus", "Only numbers can be multiplied or turned negative."))
        if rule.add_up and not rule.one_row_per:
            faults.append(
                Fault(f"{where}: {table}.add_up", "no one_row_per", "Say by which column lines are gathered.")
            )
        faults += [
            Fault(f"{where}: {table}.{name}", "not mapped", "Map it among the columns.")
            for name in [*filter(None, [rule.one_row_per]), *rule.add_up]
            if name not in rules
        ]
        faults += [
            Fault(f"{where}: {table}.join.{join.file}", "nothing to join by", "Give by, or left and right.")
            for join in rule.join
            if not all(join.headers)
        ]
        missing = [c for c in required_columns(table) if c not in rules]
        if missing:
            faults.append(Fault(f"{where}: {table}", f"no {', '.join(missing)}", "Map every required column."))
    raise_faults(faults)
    return profile


def describe_kinds(table: str, column: str) -> str:
    """What a value of a canonical column must look like, in words."""
    return {
        DAY: "a date such as 2026-09-30 (other forms are named in a profile)",
        FLAG: "yes or no",
        TEXT: "a text",
    }.get(kind_of(table, column), "a number")
