"""Procedures over HTTP and from files."""
