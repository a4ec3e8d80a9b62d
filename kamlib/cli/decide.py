"""``kam decide``: a decision into the journal."""

from pathlib import Path
from typing import Annotated

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import refuse


@app.command()
def decide(
    journal: Annotated[Path, typer.Argument(help="decisions.csv in the ledger's folder; it is made if not there.")],
    client: Annotated[str, typer.Option("--client", help="The client's id.")],
    kind: Annotated[str, typer.Option("--kind", help="limit, terms, override, review, block or security.")],
    day: Annotated[str, typer.Option("--date", help="The day of the decision, such as 2026-09-30.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    proposed_by: Annotated[str, typer.Option("--proposed-by", help="Who proposes it.")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="Who approved it; empty: a proposal only.")] = "",
    before: Annotated[str, typer.Option("--before", help="What holds until now.")] = "",
    after: Annotated[str, typer.Option("--after", help="What shall hold: an amount, a grade, days.")] = "",
    expires: Annotated[str, typer.Option("--expires", help="Its last day; needed for an override.")] = "",
) -> None:
    """Write one decision into a journal that the next run reads; faulty ones are refused."""
    from kamlib.errors import DataError
    from kamlib.ledger.journal import append_decision

    row = {
        "client_id": client, "date": day, "kind": kind, "reason": reason, "proposed_by": proposed_by,
        "approved_by": approved_by, "before": before, "after": after, "expires": expires,
    }  # fmt: skip
    try:
        number = append_decision(journal, row)
    except DataError as error:
        refuse(error)
    else:
        typer.echo(f"{number} written to {journal}")
