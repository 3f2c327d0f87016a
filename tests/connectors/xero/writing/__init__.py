"""Xero's writing side against the stand-in, over HTTP."""
