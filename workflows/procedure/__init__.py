"""The life of a master version: authored, checked, approved, effective (21 CFR 211.186)."""
