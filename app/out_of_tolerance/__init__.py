"""Pages of instruments out of tolerance: the case, what it reached, the decisions."""
