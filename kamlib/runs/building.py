"""A run's ledger read into a snapshot: files or a generated company, or the published figures of a case."""

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from kamlib.errors import DataError, Fault
from kamlib.ledger.address import engine_at
from kamlib.ledger.findings.finding import Finding
from kamlib.ledger.profiles import Profile, load_profile
from kamlib.ledger.schema import ADDS, TABLES, known_on
from kamlib.ledger.snapshot import SNAPSHOT_FILE
from kamlib.policy import load_policy
from kamlib.runs.code import code_hash
from kamlib.runs.run import Run

if TYPE_CHECKING:
    from kamlib.ledger.sources import Place


def gather_files(run: Run, scratch: Path) -> "tuple[dict[str, Place], Profile]":
    """Where each table of the run's ledger stands, and the profile that reads it; downloads go to `scratch`."""
    from kamlib.ledger.sources.several import gather_sources

    places, profile = gather_sources(run.ledger.origins, scratch)
    if run.journal is None or not Path(run.journal).is_file():
        return places, profile  # nothing has been decided yet
    if "decisions" in places:
        remedy = "Keep one: let kam decide write to the ledger's own, or leave it out of the ledger."
        raise DataError(Fault("journal", "the ledger has decisions, too", remedy))
    return _with_journal(places, profile, Path(run.journal))


def _with_journal(places: "dict[str, Place]", profile: Profile, journal: Path) -> "tuple[dict[str, Place], Profile]":
    """The decisions of a journal among the tables, read by their canonical names."""
    from kamlib.ledger.sources import Place

    rule = load_profile("canonical").tables["decisions"]
    tables = dict(profile.tables) | {"decisions": rule}
    return {**places, "decisions": Place(journal)}, profile.model_copy(update={"tables": tables})


def snapshot_key(run: Run, profile: Profile | None, files: "dict[str, Place] | None") -> str:
    """What a snapshot depends on: the content of the files or the sample, how it is read, and the code that does."""
    if files is None:
        origin: Any = run.ledger.sample.model_dump(mode="json")
        packages = ("ledger", "samples")
    else:
        from kamlib.ledger.sources import hash_files

        origin = [hash_files(files), profile.model_dump(mode="json")]
        packages = ("ledger",)
    policy = load_policy(run.policy)
    parts = [
        origin,
        run.currency,
        run.max_rate_age_days,
        run.default_terms_days,
        sorted(run.accept),
        _content(run.mended),
        _content(run.identity),
        _content(run.journal),
        policy.identity.model_dump(),
        policy.findings.model_dump(),
        code_hash(*packages),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _content(path: str | None) -> str:
    """The hash of a file that the run adds; empty for none, or where it cannot be read (which is told later)."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path and Path(path).is_file() else str(path or "")


def build_snapshot(run: Run, profile: Profile | None, files: "dict[str, Place] | None", target: Path, key: str) -> None:
    """Ingest the ledger, or generate the company first, into a new folder."""
    from kamlib.ledger.ingest import ingest
    from kamlib.ledger.sources import find_files

    if profile is None or files is None:
        from kamlib.samples.company import append_journal, generate_company, write_company

        sample = run.ledger.sample
        folder = target.parent / "sample"
        arguments = sample.model_dump(exclude={"seed", "end"})
        write_company(generate_company(sample.seed, end=sample.end.isoformat(), **arguments), folder)
        profile = load_profile("canonical")
        if run.journal and Path(run.journal).is_file():
            append_journal(folder / "decisions.csv", Path(run.journal))
        files = find_files(folder, profile)
    policy = load_policy(run.policy)
    report = ingest(
        files,
        profile,
        target,
        source=run.source,
        currency=run.currency,
        default_terms_days=run.default_terms_days,
        max_rate_age_days=run.max_rate_age_days,
        engine_url=run.engine_url,
        accept=run.accept,
        mended=Path(run.mended) if run.mended else None,
        identity=Path(run.identity) if run.identity else None,
        same=policy.identity,
        rules=policy.findings,
    )
    rows_in, used, quarantined = report.rows
    facts = {
        "key": key,
        "sha256": report.sha256,
        "currency": report.currency,
        "engine": engine_at(run.engine_url),
        "rows": {"in": rows_in, "used": used, "quarantined": quarantined},
        "missing": {name: ADDS[name] for name in report.missing},
        "ledger": report.to_json(),
    }
    _write_facts(target, facts, run)


def write_figures(run: Run, target: Path) -> None:
    """A snapshot without any table, for a case from published figures: it says so, and holds their hash."""
    content = Path(run.ledger.figures).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    ledger = {"tables": {}, "findings": [], "missing": list(TABLES)}
    facts = {
        "key": digest,
        "sha256": digest,
        "currency": run.currency or "XXX",
        "rows": {"in": 0, "used": 0, "quarantined": 0},
        "missing": dict(ADDS),
        "ledger": ledger,
    }
    target.mkdir(parents=True)
    (target / SNAPSHOT_FILE).write_text(
        json.dumps(facts | _run_facts(run), indent=1, ensure_ascii=False), encoding="utf-8"
    )


def describe_again(kept: Path, target: Path, run: Run) -> None:
    """Where only what the run file says has changed (date, title, company), the tables stay."""
    facts = json.loads((kept / SNAPSHOT_FILE).read_text(encoding="utf-8"))
    if _run_facts(run).items() <= facts.items():
        return
    shutil.copytree(kept, target)
    _write_facts(target, facts, run)


def _run_facts(run: Run) -> dict[str, Any]:
    company = run.company.model_dump(exclude_none=True)
    return {
        "as_of": run.as_of.isoformat(),
        "title": run.title,
        "source": run.source,
        "company": company,
        "matching": load_policy(run.policy).receivables.match_payments,
    }


def _write_facts(folder: Path, facts: dict[str, Any], run: Run) -> None:
    ledger = facts["ledger"]
    known = [finding for finding in ledger.get("findings", []) if finding["code"] != "later_rows"]
    facts = facts | {"ledger": ledger | {"findings": [*known, *_later_rows(folder, run.as_of)]}}
    content = json.dumps(facts | _run_facts(run), indent=1, ensure_ascii=False)
    (folder / SNAPSHOT_FILE).write_text(content, encoding="utf-8")


def _later_rows(folder: Path, as_of: date) -> list[dict[str, Any]]:
    """Rows that the day of the run hides, a finding for each table that has any."""
    found = []
    for path in sorted(folder.glob("*.parquet")):
        day = known_on(path.stem) if path.stem in TABLES else None
        if day is not None:
            days = pq.read_table(path, columns=[day], use_threads=False)[day].to_pandas()
            later = int((days > str(as_of)).sum())
            if later:
                values = {"day": as_of.isoformat()}
                found.append(Finding("later_rows", path.stem, later, values=values).to_json())
    return found


def key_of(folder: Path) -> str | None:
    """What the snapshot of a folder depended on; None where there is none."""
    try:
        return json.loads((folder / SNAPSHOT_FILE).read_text(encoding="utf-8"))["key"]
    except (OSError, ValueError, KeyError):
        return None
