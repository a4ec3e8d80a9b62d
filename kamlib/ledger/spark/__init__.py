"""The ledger's expressions on Spark: a session of its own, its tables, and the few operations it has other words for.

Only `kamlib.ledger.engine` loads it, where a run names an address of Spark.
"""
