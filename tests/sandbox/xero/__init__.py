"""Tests of the stand-in for Xero."""
