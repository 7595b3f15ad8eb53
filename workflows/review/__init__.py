"""Review by exception, investigations, and the record as one whole (21 CFR 211.22(a), 211.192)."""
