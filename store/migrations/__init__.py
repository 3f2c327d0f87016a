"""Schema changes in order; `store/schema.py` runs them."""
