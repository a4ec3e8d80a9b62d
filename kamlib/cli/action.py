"""``kam action``: what is to be done, by whom and by when; what came of it."""

from typing import Annotated

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import now, refuse

action_app = typer.Typer(no_args_is_help=True, help="Write down actions, close them, list them with their score.")
app.add_typer(action_app, name="action")
ActionRun = Annotated[str, typer.Argument(help="The run file, or its name in params/.")]


@action_app.command("add")
def add(
    run_file: ActionRun,
    what: Annotated[str, typer.Argument(help="What is to be done.")],
    owner: Annotated[str, typer.Option("--owner", help="Who does it: one person.")],
    deadline: Annotated[str, typer.Option("--by", help="The last day, as 2026-10-31.")],
    saves: Annotated[float, typer.Option("--saves", help="The money it shall save.")],
    client: Annotated[str, typer.Option("--client", help="The client's id; empty: the company.")] = "",
    risk: Annotated[str, typer.Option("--risk", help="The entry of the risk register.")] = "",
    day: Annotated[str, typer.Option("--date", help="The day it was agreed, if not today.")] = "",
) -> None:
    """Write down an action; the next report scores it."""
    from kamlib.errors import DataError

    try:
        from kamlib.alerting.actions import add_action
        from kamlib.runs import load_run

        path = load_run(run_file).action_log
        done = add_action(path, what, owner, deadline, saves, day or now(), client, risk)
    except DataError as error:
        refuse(error)
    typer.echo(f"{done['action_id']} written to {path}")


@action_app.command("close")
def close(
    run_file: ActionRun,
    action_id: Annotated[str, typer.Argument(help="As kam action list shows it.")],
    outcome: Annotated[str, typer.Option("--outcome", help="What came of it.")],
    saved: Annotated[float | None, typer.Option("--saved", help="Money saved, if known; else it is measured.")] = None,
    by: Annotated[str, typer.Option("--by", help="Who closes it.")] = "",
    day: Annotated[str, typer.Option("--date", help="The day it was done, if not today.")] = "",
) -> None:
    """Close an action with its outcome."""
    import getpass

    from kamlib.errors import DataError

    try:
        from kamlib.alerting.actions import close_action
        from kamlib.runs import load_run

        path = load_run(run_file).action_log
        close_action(path, action_id, outcome, day or now(), saved, by or getpass.getuser())
    except DataError as error:
        refuse(error)
    typer.echo(f"Closed {action_id}: {outcome}")


@action_app.command("list")
def list_actions(
    run_file: ActionRun,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones, too.")] = False,
) -> None:
    """Show the actions with their score as of the run's day, overdue first."""
    from kamlib.errors import DataError

    try:
        from kamlib.language import use_language
        from kamlib.policy import load_policy
        from kamlib.runs import load_run, load_snapshot
        from kamlib.treatment import score_actions
        from kamlib.wording.treatment_actions import action_line, say_score

        run = load_run(run_file)
        use_language(run.lang)
        snapshot = load_snapshot(run_file)
        scored = score_actions(run.action_log, snapshot, load_policy(run.policy))
    except DataError as error:
        refuse(error)
    shown = scored.actions if everything else scored.with_status("overdue", "open")
    for action in shown.itertuples():
        typer.echo(action_line(action, scored.currency))
    typer.echo(say_score(scored))
