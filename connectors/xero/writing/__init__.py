"""Xero's writing side: entries shaped for it, bodies of calls, what its answers mean, and what stands already."""
