"""The command ``kam``: arguments in, one screen out. One module a task; everything heavy is imported when needed."""

from kamlib.cli import check, decide, diff, monitor, notebooks, run, screen, verify
from kamlib.cli.app import app, main

__all__ = ["app", "check", "decide", "diff", "main", "monitor", "notebooks", "run", "screen", "verify"]
