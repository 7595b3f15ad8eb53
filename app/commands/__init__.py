"""One module for each command of `countersign`; each has `main(arguments) -> exit code`."""
