"""A ledger's sources (files, workbooks, databases) as tables of text whose records are numbered."""

from kamlib.ledger.sources.finding import find_files, find_sources
from kamlib.ledger.sources.place import RECORD, Place, SourceFile, hash_files
from kamlib.ledger.sources.reading import headers_of, parts_of, read_sources, told_as_fault

__all__ = [
    "RECORD",
    "Place",
    "SourceFile",
    "find_files",
    "find_sources",
    "hash_files",
    "headers_of",
    "parts_of",
    "read_sources",
    "told_as_fault",
]
