"""Pages of equipment: what stands where, in which state, and what it was used for."""
