"""Every regulated calculation by name and version, so that a site can validate it with its own vectors."""
