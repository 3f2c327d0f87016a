"""A large bank file is a worker's; the page tells how far it is and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from ledger.faults import BadInput, NotFound
from runtime import large_statements, statements
from runtime.queue import Nudges
from runtime.serving import Schedule
from store import tenancy
from store.database import Database
from sync.statements.plan import Asked
from tests.connectors.statement import writing
from tests.connectors.statement.writing import Row, Sheet
from tests.runtime.burst import work_off
from tests.runtime.conftest import forget_parts
from tests.webapp.site import Site, served
from tests.webapp.statements.test_pages import ROWS, STATEMENT, bank_receipts, put


@pytest.fixture
def site(sqlite_database: Database, valkey: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """With a queue, and a worker that finds its settings in the environment. Two lines count as many."""
    monkeypatch.setattr(large_statements, "LARGE_LINES", 1)
    monkeypatch.setattr(large_statements, "_FEW_LINES_BYTES", 0)
    monkeypatch.setenv("TIEOUT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TIEOUT_DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TIEOUT_REDIS_URL", valkey)
    forget_parts()
    with served(sqlite_database, tmp_path, TIEOUT_REDIS_URL=valkey) as made:
        yield made
    forget_parts()


def _asked(site: Site, data: bytes = STATEMENT, name: str = "march.xml") -> Asked:
    place = site.books.place
    with site.app.database.read() as connection:
        entity = tenancy.find_entity(connection, place.organisation_id, str(place.entity_id))
    return Asked(organisation_id=place.organisation_id, entity=entity, file_name=name, data=data)


def _import_id(address: str) -> UUID:
    return UUID(address.rstrip("/").rpartition("/")[2])


def test_it_comes_in_beside_the_request_and_says_so(site: Site) -> None:
    owner = site.signed_in()
    address = put(owner, STATEMENT)
    assert owner.post(f"{address}/import", page=address).status_code == 303
    assert bank_receipts(site) == 0
    assert "It waits for a worker." in owner.shown(address)
    assert "Coming in" in owner.shown("/statements/")
    again = owner.post(f"{address}/import", page="/statements/")
    assert again.status_code == 404  # it waits no more
    work_off(str(site.app.settings.redis_url))
    assert bank_receipts(site) == 1
    assert "2 new, 0 known" in owner.shown(address)
    assert "Imported" in owner.shown("/statements/")
    site.app.database.close()


def test_what_a_worker_cannot_take_waits_with_the_reason(site: Site) -> None:
    owner = site.signed_in()
    address = put(owner, writing.csv(Sheet(ROWS)), "bank.csv")
    own, organisation_id = _import_id(address), site.books.place.organisation_id
    asked = statements.waiting(site.app, organisation_id, own)
    large_statements.hand_over(site.app, asked, own, actor="ann")  # nobody has said whose account it is
    with pytest.raises(BadInput):
        large_statements.take_in(site.app, organisation_id, own)
    shown = owner.shown(address)
    assert "It was not imported." in shown
    assert "which account" in shown
    assert large_statements.take_in(site.app, organisation_id, own) is None
    assert bank_receipts(site) == 0


def test_one_that_a_lost_queue_forgot_is_asked_for_again(site: Site) -> None:
    asked = _asked(site)
    own = statements.keep_waiting(site.app, asked, None, actor="ann")
    large_statements.hand_over(site.app, asked, own, actor="ann")
    with pytest.raises(NotFound):
        large_statements.hand_over(site.app, asked, own, actor="bob")
    nudges = Nudges(str(site.app.settings.redis_url))
    before = nudges.depth()
    Schedule(site.app, nudges).tick()
    assert nudges.depth() > before
    taken = large_statements.take_in(site.app, asked.organisation_id, own)
    assert taken is not None
    assert taken.new == 2
    assert large_statements.still_at_work(site.app) == []
    nudges.close()


def test_what_is_large_is_told_by_bytes_or_by_lines(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    rows = [Row(date(2026, 11, 2), 1_00 + at, f"Payer {at}", text="x") for at in range(5_001)]
    few, many = (writing.csv(Sheet(some, currency="GBP")) for some in (rows[:4_000], rows))
    assert not large_statements.is_large(site.app, _named(_asked(site, few, "few.csv")))
    assert large_statements.is_large(site.app, _named(_asked(site, many, "many.csv")))
    assert large_statements.is_large(site.app, _asked(site, b" " * 2_000_001))


def _named(asked: Asked) -> Asked:
    return Asked(
        organisation_id=asked.organisation_id, entity=asked.entity, file_name=asked.file_name, data=asked.data,
        account="Giro", currency="GBP",
    )  # fmt: skip
