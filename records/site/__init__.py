"""The site the store belongs to."""
