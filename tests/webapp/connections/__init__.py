"""Mirrors webapp/connections."""
