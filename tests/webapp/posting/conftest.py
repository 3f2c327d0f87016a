"""A site with accepted matches and posting by hand, over both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.webapp.posting.outbox import accept, switch_on, with_balance
from tests.webapp.site import Site, open_questions, served


@pytest.fixture
def waiting(database: Database, tmp_path: Path) -> Iterator[Site]:
    """Three matches are accepted and ready to be posted, by hand."""
    with served(database, tmp_path) as made:
        open_questions(made.books)
        with_balance(made)
        switch_on(made)
        accept(made, "ch_1", "ch_2", "ch_3")
        yield made
