"""How many signed webhooks a second are taken in, answered and applied."""
