"""From an instrument out of tolerance to every record it reached, each decided and signed (CAL-21)."""
