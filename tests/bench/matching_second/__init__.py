"""Tests of the second book."""
