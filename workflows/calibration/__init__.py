"""Limits, procedures and standards of calibration, and the runs that use them (211.160(b)(4))."""
