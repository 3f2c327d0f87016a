"""Statements into the store."""
