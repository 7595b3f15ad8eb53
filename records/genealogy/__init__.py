"""Which lots, containers and equipment went into what."""
