"""Early warning: which clients show signs of trouble, how grave they are, and how well such signs have warned before."""

from kamlib.control_charts import cusum_chart, ewma_chart, page_hinkley
from kamlib.structural_breaks import structural_break

__all__ = ["cusum_chart", "ewma_chart", "page_hinkley", "structural_break"]
