"""A stand-in for Xero: its sign-in, its connections, its Accounting API and its webhooks."""
