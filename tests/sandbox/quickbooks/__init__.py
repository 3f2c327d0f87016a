"""The QuickBooks stand-in, over real HTTP."""
