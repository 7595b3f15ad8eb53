"""What happens to a maintenance work order: requested, planned, carried out, reviewed, closed."""
