"""Metrology: transfer functions, errors, linearity, uncertainty, decision rules and risk. Pure."""
