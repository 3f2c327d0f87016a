"""Tests of the matching benchmark."""
