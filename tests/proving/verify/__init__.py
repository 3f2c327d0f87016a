"""Verifying against the stand-ins."""
