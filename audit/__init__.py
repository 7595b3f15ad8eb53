"""What happened, and how to prove it (21 CFR 11.10(e))."""
