"""Copies of records for inspection: PDF for people, JSON and CSV for programs (21 CFR 11.10(b))."""
