"""Connections to the providers, and making them."""
