"""Dirt in a ledger, found and named: how often, how much money, where, and what was done about it.

Importing the package loads no database: reports read findings, only `kamlib.ledger.findings.search` looks for them.
"""
