"""Posting measured against the sandbox: killed at any moment it writes once, and with the fewest calls."""
