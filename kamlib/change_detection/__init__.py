"""Has a series left the range of its own past? Control charts, and breaks of the mean with their date."""
