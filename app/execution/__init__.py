"""Guided execution: one step at a time, one input at a time, and the truth about what is saved."""
