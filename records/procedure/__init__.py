"""What is to be done: versioned procedure definitions, their parts and their checks."""
