"""Closing a period over the stand-ins."""
