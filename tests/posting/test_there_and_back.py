"""Receipts of every shape are posted while answers get lost, stand once, and are taken back to the books as they were."""

from __future__ import annotations

from datetime import timedelta

from bench.posting.desk import CENTS, Desk
from ledger.faults import Unreachable
from ledger.posting import PostingState
from posting import ruling
from posting.planning.books import books_of
from posting.undo.acts import ask
from store.queries.outbox import in_state

WRITES = {"quickbooks": "batch", "xero": "summarizeErrors"}
ENDS = {"quickbooks": "batch", "xero": "Payments/"}


def _lines(customers: int) -> list[tuple[str, str, int]]:
    """Of one invoice, with a remainder, and of two invoices of one customer."""
    single = [(n, f"INV-{1000 + n}", CENTS + n) for n in range(8)]
    over = [(n, f"INV-{1000 + n} overpaid", CENTS + n + 500) for n in range(8, 16)]
    two = [(n, f"INV-{1000 + n} INV-{1008 + n}", 2 * CENTS + 2 * n + 8) for n in range(16, 24)]
    return [(f"Customer {n % customers:03d} Ltd", text, cents) for n, text, cents in (*single, *over, *two)]


def _until_done(desk: Desk, *states: str) -> None:
    """Runs until nothing is on its way; after a lost answer our clock goes on, past the key's life at last."""
    for _ in range(8):
        try:
            desk.post()
        except Unreachable:
            desk.clock.ahead += timedelta(seconds=250)
        if set(desk.states()) <= set(states):
            return
    raise AssertionError(desk.states())


def test_there_and_back(desk: Desk) -> None:
    before = desk.stand.truth(desk.tenant, desk.today)
    desk.bank(_lines(8))
    desk.reconcile()
    desk.rules()
    assert desk.accept_all() == 24
    desk.ask()
    lost = desk.stand.mishaps.add("cut", WRITES[desk.provider], times=2)
    _until_done(desk, "posted")
    assert lost.done > 0
    stands = desk.stands()
    assert [number for number, count in stands.items() if number and count > 1] == []
    with desk.database.read() as connection:
        rules, _ = ruling.load(connection, desk.organisation_id, desk.entity_id)
        books = books_of(connection, desk.organisation_id, desk.connection_id, rules, now=desk.app.clock.now())
        posted = in_state(connection, desk.organisation_id, desk.connection_id, PostingState.POSTED)
    assert len(posted) == 24
    ask(desk.database, books, [row.id for row in posted], by="ann", now=desk.app.clock.now())
    lost = desk.stand.mishaps.add("cut", ENDS[desk.provider], times=2)
    _until_done(desk, "undone")
    assert lost.done > 0
    assert desk.stand.truth(desk.tenant, desk.today) == before
