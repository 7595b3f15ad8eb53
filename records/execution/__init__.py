"""What was done: step runs, append-only entries, time limits, exceptions, equipment used."""
