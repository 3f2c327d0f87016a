"""Syncing over a provider that can be told what to do."""
