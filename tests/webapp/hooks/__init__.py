"""Mirrors webapp/hooks."""
