"""Decisions, and taking them back."""
