"""The shell: HTTP, HTML, command line, PDF, wiring. Imports nothing here (see app/factory.py)."""
