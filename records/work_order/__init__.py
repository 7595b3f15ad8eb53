"""Maintenance work orders: what is wrong with an asset or due on it, and what was done about it."""
