"""Mirrors webapp/health."""
