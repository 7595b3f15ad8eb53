"""Equipment roles (production tree), physical assets (maintenance tree), their dated mapping, and state axes."""
