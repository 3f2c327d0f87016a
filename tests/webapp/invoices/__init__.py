"""An invoice's own page."""
