"""The command ``kam``: arguments in, one screen out. One module a task; everything heavy is imported when needed."""

from kamlib.cli import check, diff, monitor, notebooks, run, screen, verify
from kamlib.cli.app import app, main

__all__ = ["app", "check", "diff", "main", "monitor", "notebooks", "run", "screen", "verify"]
