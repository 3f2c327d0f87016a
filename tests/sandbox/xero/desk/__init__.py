"""Tests of the stand-in for Xero, over real HTTP."""
