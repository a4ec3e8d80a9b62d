"""``kam monitor`` and ``kam alert``: what changed since last time, and what became of it."""

from typing import Annotated, Any

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import AsOf, Currency, LedgerPath, ProfileName, RunFile, now, refuse, requested

alert_app = typer.Typer(no_args_is_help=True, help="List the alerts of a run, and close them.")
app.add_typer(alert_app, name="alert")
AlertRun = Annotated[str, typer.Argument(help="The run file, or its name in params/.")]


@app.command()
def monitor(
    run_file: RunFile = None,
    ledger: LedgerPath = None,
    profile: ProfileName = None,
    as_of: AsOf = None,
    currency: Currency = None,
) -> None:
    """Tell which warning levels are new, worse, better and cleared since last time; log and send them."""
    from kamlib.errors import DataError

    try:
        wanted = requested(run_file, ledger, profile, as_of, currency, None, None, None, None)
        from kamlib.monitoring import monitor_run

        done = monitor_run(wanted, now())
    except DataError as error:
        refuse(error)
    _show(done)


@alert_app.command("list")
def list_alerts(
    run_file: AlertRun,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones and mere improvements, too.")] = False,
) -> None:
    """Show the alerts that nobody has closed."""
    from rich.markup import escape

    from kamlib.errors import DataError

    try:
        from kamlib.alerting.log import read_log
        from kamlib.language import use_language
        from kamlib.runs import load_run
        from kamlib.wording.alerts import alert_line

        run = load_run(run_file)
        use_language(run.lang)
        log = read_log(run.alert_log)
    except DataError as error:
        refuse(error)
    shown = [
        alert
        for alert in log.alerts.values()
        if everything or ("closed" not in alert and alert["change"] in ("new", "worse"))
    ]
    console = _console()
    for alert in shown:
        closed = (
            f"  closed {alert['closed'][:10]}: {alert['decision']} → {alert['outcome']}" if "closed" in alert else ""
        )
        console.print(f"{alert['as_of']} {escape(alert_line(alert))}{escape(closed)}")
    console.print(f"{len(shown)} alert{'' if len(shown) == 1 else 's'}")


@alert_app.command("close")
def close(
    run_file: AlertRun,
    alert_id: Annotated[str, typer.Argument(help="As kam alert list shows it in brackets.")],
    decision: Annotated[str, typer.Option(help="What was decided.")],
    outcome: Annotated[str, typer.Option(help="What came of it.")] = "",
    by: Annotated[str, typer.Option(help="Who closes it.")] = "",
) -> None:
    """Close an alert with the decision and its outcome."""
    import getpass

    from rich.markup import escape

    from kamlib.errors import DataError

    try:
        from kamlib.alerting.log import close_alert
        from kamlib.runs import load_run

        path = load_run(run_file).alert_log
        closed = close_alert(path, alert_id, decision, outcome, by or getpass.getuser(), now())
    except DataError as error:
        refuse(error)
    _console().print(f"Closed {escape(alert_id)} of {escape(closed['name'])}: {escape(decision)}")


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def _show(done: Any) -> None:
    from rich.markup import escape

    from kamlib.wording.alerts import CHANGE_WORDS, alert_line

    console = _console()
    console.print(f"[bold]As of {done.as_of:%Y-%m-%d}[/]: {done.listed} clients above low, {len(done.alerts)} changes")
    for change, word in CHANGE_WORDS.items():
        own = [alert for alert in done.alerts if alert["change"] == change]
        if own:
            console.print(f"[bold]{word}[/] ({len(own)})")
        for alert in own:
            console.print(f"  {escape(alert_line(alert))}")
    if done.overdue:
        console.print(f"[bold red]{len(done.overdue)} alerts are past their deadline[/]: kam alert list shows them")
    for channel, count in done.sent.items():
        console.print(f"{channel}: {count} alerts sent")
    for channel, failure in done.failures.items():
        console.print(f"[red]{channel}[/]: {done.unsent[channel]} alerts wait for the next run. {escape(failure)}")
    if done.broken:
        console.print(f"[red]{done.broken} lines of the log cannot be read[/] and were passed over")
    console.print(f"Log {escape(str(done.log))}")
