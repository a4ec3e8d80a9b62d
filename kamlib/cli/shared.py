"""What several commands share: their arguments, the run they ask for, how a refusal is told."""

from pathlib import Path
from typing import Annotated, Any

import typer

RunFile = Annotated[str | None, typer.Argument(help="A run file, or its name in params/. Without one, give --ledger.")]
LedgerPath = Annotated[
    Path | None, typer.Option("--ledger", help="A file or folder to read instead of the run file's.")
]
ProfileName = Annotated[
    str | None, typer.Option("--profile", help="How it is read: a name in params/profiles, or a YAML file.")
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="The last day that is seen, as 2026-09-30.")]
Accept = Annotated[list[str] | None, typer.Option("--accept", help="A finding that would stop the run, by its name.")]
Mended = Annotated[Path | None, typer.Option("--mended", help="The quarantine.csv of the last run, mended.")]
EngineUrl = Annotated[
    str, typer.Option(help="Read the ledger with Spark: local[2], or spark://host:port; DuckDB otherwise.")
]
Currency = Annotated[str | None, typer.Option(help="The reporting currency, as EUR.")]


def requested(
    run_file: str | None,
    ledger: Path | None,
    profile: str | None,
    as_of: str | None,
    currency: str | None,
    title: str | None,
    top: int | None,
    clients: str | None,
    out: Path | None,
    lang: str | None = None,
    accept: list[str] | None = None,
    mended: Path | None = None,
    engine_url: str = "",
):
    """The run that the arguments ask for: a run file with changes, or one made of arguments alone."""
    from kamlib.errors import DataError, Fault
    from kamlib.runs import load_run, parse_run

    if run_file is None and ledger is None:
        raise DataError(
            Fault(
                "arguments",
                "neither a run file nor --ledger",
                "Give kam run params/demo.yaml, or --ledger FILE --as-of DAY.",
            )
        )
    content: dict[str, Any] = load_run(run_file).model_dump(mode="json") if run_file else {}
    if ledger is not None:
        content["ledger"] = {"path": str(ledger), "profile": profile or "canonical"}
        content.setdefault("title", ledger.stem)
        content.setdefault("run", _plain_name(out.name if out else ledger.stem))
    elif profile is not None:
        content["ledger"]["profile"] = profile
    changes = {"as_of": as_of, "currency": currency, "title": title, "out": str(out) if out else None, "lang": lang}
    changes |= {"accept": accept or None, "mended": str(mended) if mended else None, "engine_url": engine_url or None}
    content |= {name: value for name, value in changes.items() if value is not None}
    if "as_of" not in content:
        raise DataError(Fault("--as-of", "missing", "Give the last day that is to be seen, as 2026-09-30."))
    if top is not None:
        content["clients"] = {"top": top}
    if clients is not None and not clients.strip(" ,"):
        raise DataError(Fault("--clients", repr(clients), "Name at least one client, as C0001,C0002."))
    if clients is not None:
        content["clients"] = {"ids": [client.strip() for client in clients.split(",") if client.strip()]}
    return parse_run(content, run_file or "arguments")


def with_cases(
    run_file: str | None,
    ledger: Path | None,
    as_of: str | None,
    out: Path | None,
    lang: str | None,
    cases: list[str],
    engine_url: str = "",
):
    """The run of some cases alone: of the run file given, else of the run that they name, else of their own figures."""
    from kamlib.errors import DataError, Fault
    from kamlib.post_mortem.case import load_case

    files = [load_case(case) for case in cases]
    names = {file.case.run for file in files if file.case.client_id}
    if run_file is None and ledger is None and len(names) > 1:
        listed = ", ".join(sorted(str(name) for name in names))
        raise DataError(Fault("--case", listed, "These cases rest on different runs: give one run at a time."))
    named = run_file or next(iter(names), None)
    if named is None and ledger is None and names:
        raise DataError(
            Fault("--case", files[0].slug, "Name the case's run in its file (run: demo), or give a run file.")
        )
    if named is None and ledger is None:
        return _from_figures(files, out, lang)
    wanted = requested(named, ledger, None, as_of, None, None, None, None, out, lang, engine_url=engine_url)
    notebooks = _case_notebooks()
    parameters = {name: given for name, given in wanted.parameters.items() if name in notebooks}
    cases = [str(file.path) for file in files]
    return wanted.model_copy(update={"cases": cases, "notebooks": notebooks, "parameters": parameters})


def _case_notebooks() -> list[str]:
    from kamlib.reports.notebooks import shipped_notebooks

    return shipped_notebooks(units=("case",))


def _from_figures(files: list[Any], out: Path | None, lang: str | None):
    """A run without a ledger: each case tells its own figures; the head is the first one's."""
    from kamlib.runs import parse_run

    first = files[0]
    name = first.case.name if isinstance(first.case.name, str) else first.case.name.get(lang or "en", first.slug)
    content: dict[str, Any] = {
        "run": _plain_name(out.name if out else first.slug),
        "title": name,
        "as_of": max(file.case.today for file in files).isoformat(),
        "currency": first.case.currency,
        "ledger": {"figures": str(first.path)},
        "cases": [str(file.path) for file in files],
        "lang": lang or "en",
    }
    return parse_run(content | ({"out": str(out)} if out else {}), first.path.name)


def _plain_name(text: str) -> str:
    """A run's name from any file's: letters, digits, dots, dashes and underscores."""
    import re

    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._")[:60] or "run"


def now() -> str:
    """The moment a run was started; nothing below the command line asks for it."""
    from datetime import datetime

    return datetime.now().astimezone().isoformat(timespec="seconds")


def refuse(error: Any) -> None:
    """Tell every fault and leave with exit code 2."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    count = len(error.faults)
    console.print(f"[bold red]Refused[/]: {count} fault{'s' if count > 1 else ''}; nothing was written.")
    for fault in error.faults:
        console.print(f"  [bold]{escape(fault.field)}[/]: {escape(fault.value)}\n    {escape(fault.remedy)}")
    raise typer.Exit(2)
