"""Pages of master production and control records: loaded, read, compared, signed (21 CFR 211.186)."""
