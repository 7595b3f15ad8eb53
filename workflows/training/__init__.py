"""Record training and withdraw it (21 CFR 11.10(i), 211.25)."""
