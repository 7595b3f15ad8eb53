"""Persons, their accounts and roles: who may act at all (21 CFR 11.10(d), (g), 11.100, 11.300)."""
