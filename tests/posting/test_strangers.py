"""What this database has forgotten, or never knew, that it posted: found in the books before anything more is written."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bench.posting.desk import PERSON, Desk
from connectors.tokens import TokenSet
from posting.rules import Mode
from posting.stops import resume
from reconcile.books.batches import accept_many
from runtime.passes import sync_connection
from store import tenancy
from store.backup import backup, restore
from store.tables.matching import matches, receipts

COUNT = 8  # more than the provider is asked about one by one
PART = 4_000


def _ready(desk: Desk) -> None:
    """A part of each invoice is paid, so that a second payment would fit, too."""
    desk.rules(Mode.AUTOMATIC)
    desk.bank([(f"Customer {n % 8:03d} Ltd", f"INV-{1000 + n}", PART + n) for n in range(COUNT)])
    desk.reconcile()
    query = (
        select(matches.c.id, receipts.c.revision)
        .join_from(matches, receipts, receipts.c.id == matches.c.receipt_id)
        .where(matches.c.organisation_id == desk.organisation_id, matches.c.state == "proposed", matches.c.rank == 1)
    )
    with desk.database.read() as connection:
        chosen = [(row.id, row.revision) for row in connection.execute(query)]
    assert len(chosen) == COUNT
    accept_many(desk.deciding(), chosen, now=desk.app.clock.now())


def test_put_back_from_a_copy_of_before_it_posts_nothing_twice(desk: Desk, tmp_path: Path) -> None:
    _ready(desk)
    copy = tmp_path / "copy.db"
    backup(desk.database, copy)
    assert desk.post().posted == COUNT
    restore(desk.database, copy, now=desk.app.clock.now())
    desk.reload()
    assert desk.states() == {"ready": COUNT}
    done = desk.post()
    assert "put back from an older copy" in done.stopped
    assert desk.stands()[""] == COUNT
    resume(desk.database, desk.organisation_id, desk.connection_id, by=PERSON, now=desk.app.clock.now())
    assert desk.post().found == COUNT
    assert desk.stands()[""] == COUNT


def test_a_copy_put_back_by_other_means_is_read_first_too(desk: Desk, tmp_path: Path) -> None:
    _ready(desk)
    copy = tmp_path / "copy.db"
    backup(desk.database, copy)
    assert desk.post().posted == COUNT
    own = Path(str(desk.database.url.database))
    desk.database.close()
    for rest in ("-wal", "-shm"):
        own.with_name(own.name + rest).unlink(missing_ok=True)
    shutil.copyfile(copy, own)
    desk.reload()
    desk.clock.ahead += timedelta(minutes=3)
    assert desk.post().stopped
    assert desk.stands()[""] == COUNT


def test_two_organisations_on_the_same_books_write_nothing_twice(desk: Desk) -> None:
    now = desk.app.clock.now()
    with desk.database.write() as connection:
        other_id = tenancy.add_organisation(connection, "Other", actor=PERSON, now=now)
    given = desk.stand.tokens(desk.tenant)
    tokens = TokenSet(
        access_token=given.access_token, refresh_token=given.refresh_token,
        expires_at=now + timedelta(seconds=given.expires_in or 0),
    )  # fmt: skip
    company = desk.app.describe(desk.provider, tokens, desk.tenant)
    made = desk.app.connecting(other_id).save(
        desk.provider, company, tokens, entity_id=None, since=None, actor=PERSON, now=now
    )
    sync_connection(desk.app, other_id, made.connection_id)
    other = replace(desk, organisation_id=other_id, connection_id=made.connection_id, entity_id=made.entity_id)
    _ready(desk)
    _ready(other)
    assert desk.post().posted == COUNT
    assert "another Tieout" in other.post().stopped
    assert desk.stands()[""] == COUNT
