"""Mirrors webapp/queue."""
