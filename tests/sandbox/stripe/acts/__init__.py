"""Tests of what happens in an account."""
