"""Stripe: reading, mapping, webhooks, consent."""
