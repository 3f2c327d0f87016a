"""The stand-in for QuickBooks Online: the Accounting API v3, its consent page, change feed, reports and webhooks."""
