"""QuickBooks Online: feeds, mapping, consent, webhooks."""
