"""Notebooks executed and rendered: engine, document, exporters, pool, plan, manifest, index."""

import sys

if "jsonschema" not in sys.modules:
    sys.modules["rfc3987_syntax"] = None  # a grammar of foreign addresses that takes a second to build; unused here
    import jsonschema  # noqa: F401 - what nbformat checks notebooks with, loaded without that grammar

    del sys.modules["rfc3987_syntax"]
