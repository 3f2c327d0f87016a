"""Tests of what kills and counts the posting."""
