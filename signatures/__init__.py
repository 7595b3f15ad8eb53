"""Who vouched for a record, and what for (21 CFR 11.50, 11.70, subpart C)."""
