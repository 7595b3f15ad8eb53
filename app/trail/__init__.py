"""The trail as people meet it: verification, coverage, history."""
