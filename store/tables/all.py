"""Imports every table, so that `metadata` is whole."""

from __future__ import annotations

from store.tables import history, intake, matching, people, policies, pulled, statements, tenancy
from store.tables.base import metadata

__all__ = ["history", "intake", "matching", "metadata", "people", "policies", "pulled", "statements", "tenancy"]
