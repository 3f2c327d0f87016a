"""Tests of the QuickBooks connector."""
