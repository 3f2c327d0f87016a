"""Mirrors webapp/auth."""
