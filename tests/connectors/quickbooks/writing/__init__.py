"""The writer of QuickBooks against its stand-in."""
