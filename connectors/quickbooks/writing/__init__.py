"""Writing to QuickBooks: the shape of its records, batches of them, what became of each, and taking them back."""
