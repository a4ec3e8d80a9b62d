"""A run: which ledger, as of when, which clients and notebooks; and the snapshot that it needs."""

from kamlib.runs.code import code_hash
from kamlib.runs.previous import Previous, load_previous
from kamlib.runs.run import REPORT_FOLDER, Run, Selection, check_place, load_run, parse_run
from kamlib.runs.snapshots import action_log_of, keep_snapshot, load_snapshot, prepared_snapshot

__all__ = [
    "REPORT_FOLDER",
    "Previous",
    "Run",
    "Selection",
    "action_log_of",
    "check_place",
    "code_hash",
    "keep_snapshot",
    "load_previous",
    "load_run",
    "load_snapshot",
    "parse_run",
    "prepared_snapshot",
]
