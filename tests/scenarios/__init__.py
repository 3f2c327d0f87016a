"""Days of a business, end to end."""
