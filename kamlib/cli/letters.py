"""``kam letters``: statements of account and reminders to clients that owe overdue money."""

from pathlib import Path
from typing import Annotated

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import AsOf, Currency, LedgerPath, ProfileName, RunFile, refuse, requested


@app.command()
def letters(
    run_file: RunFile = None,
    ledger: LedgerPath = None,
    profile: ProfileName = None,
    as_of: AsOf = None,
    currency: Currency = None,
    title: Annotated[str | None, typer.Option(help="The company's name on the letters.")] = None,
    client: Annotated[
        list[str] | None, typer.Option("--client", help="This client only, by its id; may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The folder of the letters; beside the reports by default.")] = None,
    lang: Annotated[
        str | None, typer.Option(help="The language where the client's own is not known: en or zh.")
    ] = None,
) -> None:
    """Write a statement of account, and a reminder by its stage, for each client of the collections worklist."""
    from kamlib.errors import DataError, Fault

    try:
        from kamlib.credit.collections import collection_worklist
        from kamlib.credit.letters import accounts_to_write
        from kamlib.language import use_language
        from kamlib.ledger.snapshot import open_snapshot
        from kamlib.policy import load_policy
        from kamlib.reports.letters import Writer, write_letters
        from kamlib.runs import prepared_snapshot
        from kamlib.wording.credit_letters import say_letters

        run = requested(run_file, ledger, profile, as_of, currency, title, None, None, None, lang)
        use_language(run.lang)
        policy = load_policy(run.policy)
        with prepared_snapshot(run) as folder:
            snapshot = open_snapshot(folder)
            worklist = collection_worklist(snapshot, policy)
            accounts = accounts_to_write(snapshot, policy, worklist, run.lang, tuple(client or ()))
        place = out or run.letters
        try:
            paths = write_letters(accounts, Writer(run.title, run.sender), place, whole=not client)
        except OSError as error:
            raise DataError(Fault("--out", str(place), f"Give a place that can be written to. ({error})")) from error
    except DataError as error:
        refuse(error)
    for line in say_letters(accounts, len(paths), policy.collections.stages, str(place)):
        typer.echo(line)
