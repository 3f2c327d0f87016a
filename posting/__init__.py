"""Turns decisions into records of the books: what is to be written, the outbox that writes it once, and its undoing."""
