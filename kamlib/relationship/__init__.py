"""How close we are to a client, and who gives way: contacts, satisfaction, prices, discounts, terms."""

from kamlib.relationship.contacts import (
    COMPLAINT,
    DECISION_MAKER,
    PARTS,
    ContactFacts,
    contact_facts,
    relationship_parts,
    weighted_score,
)

__all__ = [
    "COMPLAINT",
    "DECISION_MAKER",
    "PARTS",
    "ContactFacts",
    "contact_facts",
    "relationship_parts",
    "weighted_score",
]
