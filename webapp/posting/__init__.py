"""What stands in the books, is on its way there, or waits: the outbox as people see it."""
