"""Dirt in a ledger, found and named: how often, how much money, where, and what was done about it."""

from kamlib.ledger.findings.catalogue import CATALOGUE, STOPPING, check_accepted
from kamlib.ledger.findings.evidence import Evidence, Finding
from kamlib.ledger.findings.search import find_dirt, stopping_faults

__all__ = ["CATALOGUE", "STOPPING", "Evidence", "Finding", "check_accepted", "find_dirt", "stopping_faults"]
