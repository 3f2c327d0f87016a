"""Imports every table, so that `metadata` is whole."""

from __future__ import annotations

from store.tables import (
    calls,
    history,
    intake,
    matching,
    people,
    policies,
    posting,
    processor,
    proving,
    pulled,
    statements,
    tenancy,
)
from store.tables.base import metadata

__all__ = [
    "calls",
    "history",
    "intake",
    "matching",
    "metadata",
    "people",
    "policies",
    "posting",
    "processor",
    "proving",
    "pulled",
    "statements",
    "tenancy",
]
