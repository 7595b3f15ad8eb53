"""Pages of production orders and batches: what is planned, what was done, what was decided."""
