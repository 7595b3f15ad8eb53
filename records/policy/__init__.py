"""The policy of signatures: what holds a person accountable for what they sign (21 CFR 11.10(j))."""
