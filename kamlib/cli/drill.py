"""``kam drill``: an emergency plan, filled with a client's own figures, to be practised before it is needed."""

from pathlib import Path
from typing import Annotated

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import refuse


@app.command()
def drill(
    playbook: Annotated[str, typer.Argument(help="A playbook in params/playbooks, as client_stops_paying.")],
    client: Annotated[str, typer.Option("--client", help="The client's id.")],
    run_file: Annotated[str, typer.Option("--run", help="The run file, or its name in params/.")] = "demo",
    lang: Annotated[str, typer.Option("--lang", help="en or zh; the run's own if not given.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="A Markdown file instead of the screen.")] = None,
) -> None:
    """Print the pack of a playbook for a named client."""
    from kamlib.errors import DataError

    try:
        from kamlib.language import use_language
        from kamlib.policy import load_policy
        from kamlib.runs import load_run, load_snapshot
        from kamlib.treatment import chosen_playbook, client_case, insurance_calendar, read_playbooks, risk_facts
        from kamlib.wording.playbooks import drill_text

        run = load_run(run_file)
        use_language(lang or run.lang)
        book = chosen_playbook(read_playbooks(lang or run.lang), playbook)
        snapshot, policy = load_snapshot(run_file), load_policy(run.policy)
        facts = risk_facts(snapshot, policy)
        case = client_case(client, facts, insurance_calendar(snapshot, policy), snapshot, policy)
        text = drill_text(case, book, run.title)
    except DataError as error:
        refuse(error)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, encoding="utf-8")
        typer.echo(f"Written to {out}")
