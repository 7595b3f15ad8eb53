"""Persons, the roles they hold, and when."""
