"""Questions to the store, one file a question."""
