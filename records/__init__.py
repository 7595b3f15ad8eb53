"""Nouns: content, states, arithmetic, tables. Imports no sibling package."""
