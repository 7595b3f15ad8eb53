"""Instruments found out of tolerance, and what that does to the records they measured for."""
