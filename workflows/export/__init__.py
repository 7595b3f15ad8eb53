"""Copies of records that leave the system, and the record of it (21 CFR 11.10(b))."""
