"""Guards before posting."""
