"""The command ``kam``: arguments in, one screen out. One module a task; everything heavy is imported when needed."""

from kamlib.cli import action, calendar, check, decide, diff, drill, letters, monitor, notebooks, run, screen, verify
from kamlib.cli.app import app, main

__all__ = [
    "action",
    "app",
    "calendar",
    "check",
    "decide",
    "diff",
    "drill",
    "letters",
    "main",
    "monitor",
    "notebooks",
    "run",
    "screen",
    "verify",
]
