"""Mirrors the tree; contract/ and scenarios/ cross it."""
