"""Review by exception, investigations: what the quality unit reads, decides and signs (21 CFR 211.192)."""
