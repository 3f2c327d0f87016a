"""A statement is compiled once a process, as in a process that serves: not once for each test's own database."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Engine

STATEMENTS_KEPT = 5_000  # of all tests of a process together


def share_compiled_statements(patch: pytest.MonkeyPatch) -> None:
    """What is compiled is kept by engine and by dialect, and every `Database` makes new ones: here they share the first's."""
    first: dict[str, Engine] = {}

    def create(*url: Any, **named: Any) -> Engine:
        engine = sqlalchemy.create_engine(*url, query_cache_size=STATEMENTS_KEPT, **named)
        known = first.get(engine.dialect.name)
        if known is None or known.dialect.server_version_info is None:  # it never met its server
            first[engine.dialect.name] = engine
        else:
            engine.dialect = engine.pool._dialect = known.dialect
            engine._compiled_cache = known._compiled_cache
        return engine

    patch.setattr("store.database.create_engine", create)
