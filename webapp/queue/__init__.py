"""The work queue: what waits for a person."""
