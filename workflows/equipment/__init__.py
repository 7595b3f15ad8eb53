"""Define roles, register and map assets, and begin their states."""
