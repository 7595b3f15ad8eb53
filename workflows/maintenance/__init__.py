"""Plans of maintenance: written and approved, meters read, due orders raised, due dates extended."""
