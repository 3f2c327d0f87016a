"""The proof pages over the books of a test."""
