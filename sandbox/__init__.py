"""Stand-ins for QuickBooks Online, Xero and Stripe on loopback; written from the providers' documents."""
