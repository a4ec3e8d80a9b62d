"""What protections and terms do to a loss, and which of them a budget buys."""
