"""Several sources as one ledger: each by its own profile; a table may come from more than one, read in the same way."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.origins import Source
from kamlib.ledger.profiles import Profile, TableRule, load_profile
from kamlib.ledger.sources.databases import fetch_tables, resolved_url
from kamlib.ledger.sources.finding import find_files, find_sources
from kamlib.ledger.sources.place import Place


def gather_sources(sources: Sequence[Source], scratch: Path) -> tuple[dict[str, Place], Profile]:
    """The place of every table, and one profile made of theirs; databases are asked now.

    Parameters
    ----------
    sources : sequence of Source
        As the run file lists them.
    scratch : Path
        Where the rows of SQL databases are put.

    Raises
    ------
    DataError
        Whatever is wrong with any of them, a table that two of them give in different ways, or no invoices at all.
    """
    if len(sources) == 1 and sources[0].path is not None:
        profile = load_profile(sources[0].profile)
        return dict(find_files(Path(sources[0].path), profile)), profile
    places: dict[str, Place] = {}
    rules: dict[str, TableRule] = {}
    origin_of: dict[str, str] = {}
    faults: list[Fault] = []
    titles = []
    for number, source in enumerate(sources):
        try:
            profile = load_profile(source.profile)
            found = (
                _fetched(source, profile, scratch, number)
                if source.path is None
                else find_sources(Path(source.path), profile)
            )
        except DataError as error:
            faults += error.faults
            continue
        called = source.name if source.path is None else Path(source.path).name
        for table, place in found.items():
            if table not in places:
                places[table], rules[table], origin_of[table] = place, profile.tables[table], called
                continue
            there = [replace(places[table], more=()), *places[table].more]
            if (place.path.resolve(), place.part) in [(other.path.resolve(), other.part) for other in there]:
                faults.append(Fault(f"ledger.sources: {table}", f"{place.name} twice", "List it once."))
            elif rules[table] == profile.tables[table]:
                places[table] = replace(there[0], more=(*there[1:], _told_apart(place, there)))
            else:
                told = f"in {origin_of[table]} and in {called}, read in different ways"
                remedy = "Read both by one profile, or leave it out of one by a profile that does not map it."
                faults.append(Fault(f"ledger.sources: {table}", told, remedy))
        titles.append(profile.title)
    if not faults and "invoices" not in places:
        faults.append(Fault("ledger.sources", "no invoices", "One of the sources must hold them."))
    raise_faults(faults)
    return places, Profile(title="; ".join(dict.fromkeys(titles)), origin="several sources", tables=rules)


def _told_apart(place: Place, others: Sequence[Place]) -> Place:
    """The place by a name that none of the others has: with its folder, or a number."""
    names = [other.name for other in others]
    called = [place.name, f"{place.path.parent.name}/{place.name}"]
    called += [f"{place.name} ({number})" for number in range(2, len(names) + 3)]
    return replace(place, label=next(name for name in called if name not in names))


def _fetched(source: Source, profile: Profile, scratch: Path, number: int) -> dict[str, Place]:
    unknown = [table for table in source.queries if table not in profile.tables]
    raise_faults(
        Fault(f"ledger.sources: {table}", "not in the profile", f"Use one of {', '.join(profile.tables)}.")
        for table in unknown
    )
    url, secrets = resolved_url(source.url, source.url_env)
    folder = scratch / f"fetched-{number}"
    folder.mkdir(parents=True)
    return fetch_tables(url, secrets, source.queries, folder, source.name)
