"""A mapping proposed for a file never seen: by its headers, by its values, each with its reason."""

from kamlib.ledger.proposal.proposing import ColumnGuess, Proposal, TableGuess, propose
from kamlib.ledger.proposal.writing import profile_text

__all__ = ["ColumnGuess", "Proposal", "TableGuess", "profile_text", "propose"]
