"""One receipt with its history."""
