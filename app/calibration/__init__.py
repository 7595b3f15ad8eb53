"""Instruments, procedures and standards of calibration, and the tablet's page of a run."""
