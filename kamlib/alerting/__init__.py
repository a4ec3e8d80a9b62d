"""Alerts that outlive a run: an append-only log, and the ways in which they are sent."""
