"""What `verify` finds: nothing while the books are as they were written, and a record that somebody changed by its name."""

from __future__ import annotations

from sqlalchemy import and_, select

from bench.month.shop import OWNER, Shop
from ledger.posting import Stop
from posting.stops import standing
from proving.verify.differences import Cause, Difference
from runtime.passes import sync_connection
from runtime.proving import verify_connection
from store.tables.posting import entries, postings

RAISED_BY = 777


def verified(shop: Shop) -> list[Difference]:
    """Of the ledger and of the processor, right after a sync, as the schedule does it."""
    for own in (shop.books, shop.source):
        sync_connection(shop.app, shop.organisation_id, own)
    return [
        row
        for own in (shop.books, shop.source)
        for row in verify_connection(shop.app, shop.organisation_id, own, by=OWNER).rows
    ]


def paused_by_another(shop: Shop) -> str:
    """The reason of the pause, once the other app is back; empty where nobody noticed."""
    with shop.app.database.read() as connection:
        stop = standing(connection, shop.organisation_id, shop.source)
    return "" if stop is None or stop.stopped != Stop.POSTER.value else str(stop.reason)


def changed_upstream(shop: Shop) -> list[str]:
    """Somebody raises an expense of fees that Tieout wrote; what verify says of that record, with its cause."""
    query = (
        select(entries)
        .join_from(
            entries,
            postings,
            and_(postings.c.organisation_id == entries.c.organisation_id, postings.c.id == entries.c.posting_id),
        )
        .where(postings.c.cause_kind == "payout_fees", postings.c.state == "posted", entries.c.currency == shop.home)
        .order_by(entries.c.dated_on)
    )
    with shop.app.database.read() as connection:
        row = connection.execute(query).first()
    if row is None:
        return []
    shop.other.change_spent(row.external_id, row.amount_minor + RAISED_BY)
    sync_connection(shop.app, shop.organisation_id, shop.books)
    found = [one for one in verified(shop) if row.external_id in f"{one.subject} {one.words}"]
    return [f"{one.check.value}, {one.cause.value}: {one.words}" for one in found if one.cause is Cause.CHANGED_THERE]
