"""People, password, and the matching policy."""
