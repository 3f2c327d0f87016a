"""Closing: the period-end pack, its signatures, our own lock, and what changed in a signed period later."""
