"""Connectors against small servers of their own."""
