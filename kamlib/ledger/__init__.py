"""From export files to a frozen, checked, as-of view: schema, profiles, ingest, snapshot."""
