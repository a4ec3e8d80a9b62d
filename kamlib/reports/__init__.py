"""Notebooks executed and rendered: engine, document, exporters, pool, plan, manifest, index."""

import papermill  # noqa: F401 - loads the entry point of our engine while it is imported, so it must come first
