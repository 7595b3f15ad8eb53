"""The life of production orders and batches, from plan to disposition (21 CFR 211.188, 211.192)."""
