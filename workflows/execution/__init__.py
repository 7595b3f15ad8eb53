"""The step engine: carries out any procedure's steps, for a batch and for a work order alike."""
