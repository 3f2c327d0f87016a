"""A job that the rig's own test runs."""

from __future__ import annotations


def add(left_minor: int, right_minor: int) -> int:
    return left_minor + right_minor
