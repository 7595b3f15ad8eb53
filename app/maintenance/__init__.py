"""Pages of preventive maintenance."""
