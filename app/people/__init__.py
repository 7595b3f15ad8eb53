"""Pages for the security administrator: persons, accounts, roles."""
