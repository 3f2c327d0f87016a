"""A processor's money in the books."""
