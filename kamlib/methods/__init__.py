"""What every figure means: definition, formula, source, policy in force, rows, and the code that computes it."""

from kamlib.methods.definition import Definition
from kamlib.methods.in_force import rows_used, values_in_force, whole_policy
from kamlib.methods.registry import DEFINITIONS, SECTIONS, definition_of, definitions_used, keys_of

__all__ = [
    "DEFINITIONS",
    "SECTIONS",
    "Definition",
    "definition_of",
    "definitions_used",
    "keys_of",
    "rows_used",
    "values_in_force",
    "whole_policy",
]
