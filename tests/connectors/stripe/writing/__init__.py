"""The writer of Stripe against its stand-in."""
