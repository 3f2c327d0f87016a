"""Databases that stand ready."""

from __future__ import annotations

from tests.store.prepared import database, postgres_database, postgres_template, sqlite_database, sqlite_template

__all__ = ["database", "postgres_database", "postgres_template", "sqlite_database", "sqlite_template"]
