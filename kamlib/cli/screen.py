"""``kam screen``: a prospect or partner before the first order."""

from pathlib import Path
from typing import Annotated

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import refuse


@app.command()
def screen(
    file: Annotated[str, typer.Argument(help="A screening file, or its name in params/screening.")],
    out: Annotated[Path | None, typer.Option(help="The folder of the paper; reports/screening by default.")] = None,
    policy: Annotated[str | None, typer.Option(help="A policy file; params/policy.yaml by default.")] = None,
    lang: Annotated[str, typer.Option(help="The language of the paper: en or zh.")] = "en",
) -> None:
    """Screen a prospect or partner: a one-page admission paper as HTML and PDF."""
    from kamlib.errors import DataError, Fault

    try:
        from kamlib import __version__, formats, tables, wording
        from kamlib.credit.screening import load_screening
        from kamlib.credit.screening import screen as screen_one
        from kamlib.language import tr, use_language
        from kamlib.policy import load_policy
        from kamlib.reports.paper import write_paper
        from kamlib.runs import REPORT_FOLDER

        use_language(lang)
        screened = load_screening(file)
        found = screen_one(screened, load_policy(policy))
        shown = (
            wording.heading_screening(found),
            tables.kpis_screening(found),
            wording.why_screening(found),
            wording.actions_screening(found),
            tables.table_criteria(found),
            tables.table_evidence(found),
        )
        footer = tr("Admission · as of {day} · kamlib {version}", day=formats.day(screened.as_of), version=__version__)
        facts = {"as_of": screened.as_of.isoformat(), "decision": found.decision, "lang": lang}
        try:
            paths = write_paper(shown, out or REPORT_FOLDER / "screening", Path(file).stem, footer, facts)
        except OSError as error:
            raise DataError(
                Fault("--out", str(out), f"Give a folder that can be written to ({error.strerror}).")
            ) from error
    except DataError as error:
        refuse(error)
    print(f"{found.decision}: {shown[0].decision}")
    for path in paths:
        print(path)
