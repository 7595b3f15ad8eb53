"""Plans of preventive maintenance: triggers, meters, what is due when, and the forecast."""
