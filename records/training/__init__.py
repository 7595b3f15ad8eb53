"""Training: who was trained for what, when, until when, by whose evidence (21 CFR 11.10(i), 211.25)."""
