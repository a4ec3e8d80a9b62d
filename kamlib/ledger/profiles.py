"""Profiles: one YAML file that says where each canonical column stands in a system's export."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.schema import DAY, FLAG, TABLES, TEXT, kind_of, required_columns
from kamlib.settings import HOUSE, Strict, checked_model, read_yaml

PROFILE_FOLDER = HOUSE / "params" / "profiles"
ISO_FORMATS = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y%m%d"]


class ColumnRule(Strict):
    """Where one canonical column comes from, and how its text is read.

    Attributes
    ----------
    column : list of str
        Headers that may carry it; the first one present in the file is read.
    value : str or None
        The same text for every row, where the export has no such column.
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
    """

    column: list[str] = Field(default_factory=list)
    value: str | None = None
    formats: list[str] = Field(default_factory=lambda: list(ISO_FORMATS))
    decimal: Literal[".", ","] = "."
    yes: list[str] = Field(default_factory=lambda: ["true", "yes", "y", "1", "t", "是"])
    zero_pad: int = 0
    whole_number: bool = False
    prefix: str = ""

    @field_validator("column", mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        return [given] if isinstance(given, str) else given


class TableRule(Strict):
    """How one canonical table is read.

    Attributes
    ----------
    file : str or None
        The stem of the file inside the ledger's folder; None reads the ledger's own single file.
    columns : dict or "canonical"
        Canonical column → rule; "canonical" reads every column by its own name.
    only_if : str or None
        A source header; lines where it is empty carry no row of this table.
    one_row_per : str or None
        Lines are gathered to one row a value of this canonical column; of each other column the most
        frequent value is kept (ties: the first in alphabetical order).
    """

    file: str | None = None
    columns: dict[str, ColumnRule] | Literal["canonical"]
    only_if: str | None = None
    one_row_per: str | None = None

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


class Profile(Strict):
    """A whole mapping.

    Attributes
    ----------
    title, origin : str
        What system it reads, and where the column names come from.
    tables : dict
        Canonical table → `TableRule`; ``invoices`` is required.
    """

    title: str
    origin: str
    tables: dict[str, TableRule]


def load_profile(name: str) -> Profile:
    """Read a profile by name from ``params/profiles``, or from the path of a YAML file.

    Raises
    ------
    DataError
        Unknown name (the known ones are listed), or faults in the file, all of them.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else PROFILE_FOLDER / f"{name}.yaml"
    known = sorted(p.stem for p in PROFILE_FOLDER.glob("*.yaml"))
    if not path.is_file() or (path.parent == PROFILE_FOLDER and path.stem not in known):
        raise DataError(Fault("profile", name, f"Use one of {', '.join(known)}, or the path of a profile's YAML file."))
    return parse_profile(read_yaml(path), f"profile {name}")


def parse_profile(content: Any, where: str) -> Profile:
    """Check the content of a profile file against its model and the canonical tables."""
    profile = checked_model(Profile, content, where)
    faults = []
    if "invoices" not in profile.tables:
        faults.append(Fault(f"{where}: tables", "no invoices", "Map the invoices; they are the one required table."))
    for table, rule in profile.tables.items():
        if table not in TABLES:
            faults.append(Fault(f"{where}: tables", table, f"Use one of {', '.join(TABLES)}."))
            continue
        rules = rule.rules(table)
        for column, column_rule in rules.items():
            field = f"{where}: {table}.{column}"
            if column not in TABLES[table].columns:
                faults.append(Fault(field, "unknown column", f"Use one of {', '.join(TABLES[table].columns)}."))
            elif not column_rule.column and column_rule.value is None:
                faults.append(Fault(field, "neither column nor value", "Name a source column or one value."))
            elif column_rule.zero_pad and kind_of(table, column) != TEXT:
                faults.append(Fault(field, "zero_pad", "Only text columns can be filled up with zeros."))
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
