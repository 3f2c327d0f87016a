"""The receipt's own page."""
