"""A stand-in for Stripe: accounts, reading, posting, events and Connect, in API version 2026-10-28.endive."""
