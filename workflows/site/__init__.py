"""The site's own particulars."""
