"""Verbs: lifecycles, rules, authority, commands, and the one write path."""
