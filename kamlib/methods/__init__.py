"""What every figure means: definition, formula, source, policy in force, rows, and the code that computes it."""

from kamlib.methods.definition import Definition
from kamlib.methods.examples import WorkedExample, worked_example
from kamlib.methods.in_force import rows_used, values_in_force, whole_policy
from kamlib.methods.registry import DEFINITIONS, SECTIONS, definition_of, definitions_used, keys_of
from kamlib.methods.terms import index_of_terms

__all__ = [
    "DEFINITIONS",
    "SECTIONS",
    "Definition",
    "WorkedExample",
    "definition_of",
    "definitions_used",
    "index_of_terms",
    "keys_of",
    "rows_used",
    "values_in_force",
    "whole_policy",
    "worked_example",
]
