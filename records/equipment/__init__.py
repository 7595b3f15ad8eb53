"""Equipment roles (production tree), assets (maintenance tree), their dated mapping, and state axes."""
