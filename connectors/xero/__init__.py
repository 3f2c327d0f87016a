"""Xero: calls, feeds, mapping, consent and webhooks."""
