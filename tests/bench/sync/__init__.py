"""Tests of bench/sync."""
