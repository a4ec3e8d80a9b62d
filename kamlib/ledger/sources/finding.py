"""Which file, sheet or database table each canonical table is read from."""

from pathlib import Path

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.profiles import Profile, TableRule
from kamlib.ledger.sources.place import Place
from kamlib.ledger.sources.reading import DUCKDBS, SQLITES, SUFFIXES, WORKBOOKS, parts_of


def find_files(path: Path, profile: Profile) -> dict[str, Place]:
    """The place of each table of a profile that is there.

    Parameters
    ----------
    path : Path
        One file, or a folder that holds a file for each table. In a workbook or database each table is the
        sheet or database table of that name.
    profile : Profile
        Names the file of each table.

    Raises
    ------
    DataError
        Nothing at `path`, a suffix that is not read, or no place for the invoices.
    """
    if "invoices" not in profile.tables:
        remedy = "Give it beside a source that holds the invoices (ledger.sources in a run file), or map them."
        raise DataError(Fault("profile", f"no invoices in: {profile.title}", remedy))
    places = find_sources(path, profile)
    if "invoices" not in places:
        there = ", ".join(sorted(file.name for file in path.iterdir())[:8]) if path.is_dir() else path.name
        wanted = profile.tables["invoices"].file or "invoices"
        remedy = f"Name the file of the invoices {wanted}.csv, or give the file itself. Found: {there or 'nothing'}."
        raise DataError(Fault("ledger", str(path), remedy))
    return places


def find_sources(path: Path, profile: Profile) -> dict[str, Place]:
    """As `find_files`, for one source of several: it need not hold the invoices."""
    if not path.exists():
        raise DataError(Fault("ledger", str(path), "Give the path of an existing file or folder."))
    if path.is_file() and path.suffix.lower() not in SUFFIXES:
        raise DataError(Fault("ledger", path.name, f"Export it as one of {', '.join(SUFFIXES)}."))
    parts = parts_of(path) if path.is_file() else []
    places, faults = {}, []
    for table, rule in profile.tables.items():
        place = _place(path, parts, rule, rule.file or table, alone=rule.file is None or table == "invoices")
        if place is None:
            continue
        joins = []
        for join in rule.join:
            other = _place(path, parts, join, join.file or "", alone=False)
            if other is None:
                faults.append(Fault(f"{path.name}: {join.file}", "missing", f"It is joined to {table}: bring it, too."))
            else:
                joins.append((other, *join.headers))
        places[table] = Place(place.path, place.part, rule.header_line, rule.encoding, rule.delimiter, tuple(joins))
    raise_faults(faults)
    return places


def _place(path: Path, parts: list[str], rule, name: str, alone: bool) -> Place | None:
    """The place of that name: a file of a folder, or a sheet or table of one file."""
    if path.is_dir():
        found = [path / f"{name}{suffix}" for suffix in SUFFIXES if (path / f"{name}{suffix}").is_file()]
        if not found:
            return None
        inner = parts_of(found[0])
        part = rule.sheet if isinstance(rule, TableRule) and rule.sheet else inner[0]
        return Place(found[0], part)
    suffix = path.suffix.lower()
    if suffix in (*WORKBOOKS, *SQLITES, *DUCKDBS):
        wanted = (rule.sheet if isinstance(rule, TableRule) else None) or name
        folded = {part.strip().lower(): part for part in reversed(parts)}
        if wanted.strip().lower() in folded:
            return Place(path, folded[wanted.strip().lower()])
        return Place(path, parts[0]) if alone and len(parts) == 1 else None
    return Place(path) if alone or name == path.stem else None
