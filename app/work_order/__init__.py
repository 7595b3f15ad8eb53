"""Pages of maintenance work orders."""
