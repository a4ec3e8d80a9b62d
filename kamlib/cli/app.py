"""The command itself; every other module here adds its sub-commands to it."""

import typer

app = typer.Typer(
    name="kam",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Key-account risk: from a ledger to a pack of reports.",
)


def main() -> None:
    """Entry point of the command."""
    app()
