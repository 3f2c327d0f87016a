"""Undo: what binds a record, what the page says before, and what the acts do."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from connectors.writing import Standing
from ledger.bank_entry import BankEntry
from ledger.faults import Conflict, Refused
from ledger.match import MatchState
from ledger.money import Money
from ledger.posting import PostingState
from posting.refusal import NotPosted
from posting.undo.acts import ask, redo
from posting.undo.bound import refuse_if_bound
from posting.undo.preview import CANNOT, UNDO, WITHDRAW, preview, preview_batch
from store import outbox
from store.audit import entries as audited
from store.database import Database
from store.outbox_matches import free_receipts, move_matches
from store.tables.tenancy import entities
from tests.posting.business import OTHER, PERSON, Business, make_business
from tests.reconcile.books.books import DAY, applied, invoice, payment

PAID = Standing(kind="Payment", external_id="P-1")


def posted(database: Database, minor: int = 10_000) -> tuple[Business, Any]:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000))
    posting = acme.accept(acme.line("l1", minor), "INV-1")
    acme.stand(posting, PAID)
    acme.put(payment("P-1", minor, unapplied=minor - 10_000, deposit_account="bank"), applied("P-1", "INV-1", 10_000))
    return acme, posting


def lock_march(acme: Business) -> None:
    with acme.alone() as connection:
        connection.execute(update(entities).values(lock_date=date(2026, 3, 31)))


BOUND: list[tuple[str, Callable[[Business], None]]] = [
    ("reconciled", lambda acme: acme.put(payment("P-1", 12_000, unapplied=2_000, reconciled="yes"))),
    ("in_deposit", lambda acme: acme.put(
        BankEntry(external_id="D-1", kind="deposit", moved_on=DAY, amount=Money(12_000, "GBP"), account="bank", groups=("P-1",)))),
    ("period_locked", lock_march),
    ("built_upon", lambda acme: acme.put(invoice("INV-9", 2_000, left=0), applied("P-1", "INV-9", 2_000))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "bind"), BOUND, ids=[code for code, _ in BOUND])
def test_what_binds_a_record_is_named_and_a_journal_is_ready(
    database: Database, code: str, bind: Callable[[Business], None]
) -> None:
    acme, posting = posted(database, 12_000)
    bind(acme)
    with database.read() as connection:
        books = acme.written(connection)
        (line,) = preview(connection, books, [posting.id]).lines
        with pytest.raises(NotPosted) as refused:
            refuse_if_bound(connection, books, acme.again(posting))
    assert refused.value.code == code
    assert (line.way, line.sentence) == (CANNOT, str(refused.value))
    assert line.journal.endswith(
        "debit accounts receivable of Bob Ltd GBP 120.00 (INV-1 GBP 100.00, not yet applied GBP 20.00), credit Bank GBP 120.00."
    )
    with pytest.raises(NotPosted):
        ask(database, books, [posting.id], by=PERSON, now=acme.now())
    assert acme.again(posting).state == "posted"


def test_the_builder_upon_it_is_told_by_number(database: Database) -> None:
    acme, posting = posted(database, 12_000)
    acme.put(invoice("INV-9", 2_000, left=0), applied("P-1", "INV-9", 2_000))
    with database.read() as connection, pytest.raises(NotPosted, match="GBP 20.00 to invoice INV-9"):
        refuse_if_bound(connection, acme.written(connection), acme.again(posting))


def test_what_was_just_read_upstream_goes_before_the_store(database: Database) -> None:
    acme, posting = posted(database)
    with database.read() as connection:
        books = acme.written(connection)
        (entry,) = acme.plan(posting)
        ticked = {entry.write_id: Standing(kind="Payment", external_id="P-1", reconciled=True)}
        with pytest.raises(NotPosted) as refused:
            refuse_if_bound(connection, books, acme.again(posting), ticked)
        gone = {entry.write_id: Standing(kind="Payment", external_id="P-1", ended=True)}
        refuse_if_bound(connection, books, acme.again(posting), gone)
    assert refused.value.code == "reconciled"


def test_the_page_says_what_goes_and_what_stays(database: Database) -> None:
    acme, posting = posted(database)
    acme.put(invoice("INV-2", 5_000))
    waiting = acme.accept(acme.line("l2", 5_000), "INV-2")
    with database.read() as connection:
        shown = preview(connection, acme.written(connection), [posting.id, waiting.id])
    first, second = shown.lines
    assert (first.way, second.way) == (UNDO, WITHDRAW)
    assert first.goes == ("The payment of GBP 100.00, dated 2 March 2026 in Bank, record P-1.",)
    assert first.stays == (
        "INV-1 is open again by GBP 100.00.",
        "The receipt waits for an answer again; the money itself stays where it is.",
    )
    assert shown.possible == (posting.id, waiting.id)


def test_an_undo_is_asked_for_once_and_audited(database: Database) -> None:
    acme, posting = posted(database)
    with database.read() as connection:
        books = acme.written(connection)
    batch = ask(database, books, [posting.id], by=PERSON, now=acme.now())
    row = acme.again(posting)
    assert (row.state, row.batch_id) == ("undoing", batch)
    with pytest.raises(Refused):
        ask(database, books, [posting.id], by=PERSON, now=acme.now())
    with database.read() as connection:
        assert audited(connection, acme.organisation_id, limit=1)[0].verb == "posting.undo"
        assert len(preview_batch(connection, books, batch).lines) == 1


def test_nothing_is_undone_where_one_of_several_is_bound(database: Database) -> None:
    acme, posting = posted(database)
    acme.put(invoice("INV-2", 5_000))
    other = acme.accept(acme.line("l2", 5_000), "INV-2")
    acme.stand(other, Standing(kind="Payment", external_id="P-2"))
    acme.put(payment("P-2", 5_000, reconciled="yes"))
    with database.read() as connection:
        books = acme.written(connection)
    with pytest.raises(NotPosted):
        ask(database, books, [posting.id, other.id], by=PERSON, now=acme.now())
    assert {acme.again(one).state for one in (posting, other)} == {"posted"}


def undone(acme: Business, posting: Any) -> None:
    """As the runner leaves it."""
    with acme.alone() as connection:
        own = acme.organisation_id
        now = acme.now()
        states = (PostingState.POSTED, PostingState.UNDOING, PostingState.UNDONE)
        for before, after in itertools.pairwise(states):
            outbox.move(connection, own, [posting.id], after, expected=(before,), by="test", reason="", now=now)
        move_matches(
            connection, own, [posting.match_id], MatchState.UNDONE, expected=(MatchState.APPROVED,), by="test",
            reason="", now=now,
        )  # fmt: skip
        free_receipts(connection, own, [posting.receipt_id], "Undone.")


def test_redo_approves_the_match_again_with_a_posting_of_its_own(database: Database) -> None:
    acme, posting = posted(database)
    with pytest.raises(Refused):
        redo(database, acme.organisation_id, posting.id, by=OTHER, now=acme.now())
    undone(acme, posting)
    fresh = redo(database, acme.organisation_id, posting.id, by=OTHER, now=acme.now())
    assert fresh != posting.id
    assert acme.again(fresh).state == "ready"
    assert acme.books.receipt("l1").post_status == "approved"
    (one,) = acme.books.proposals("l1", "approved")
    assert one.id == posting.match_id
    with pytest.raises((Refused, Conflict)):
        redo(database, acme.organisation_id, posting.id, by=OTHER, now=acme.now())


def test_redo_is_refused_where_the_receipt_has_another_answer(database: Database) -> None:
    acme, posting = posted(database)
    undone(acme, posting)
    acme.put(invoice("INV-2", 10_000))
    acme.accept(posting.receipt_id, "INV-2")
    with pytest.raises(Conflict, match="Another match"):
        redo(database, acme.organisation_id, posting.id, by=OTHER, now=acme.now() + timedelta(days=1))


def test_redo_is_refused_where_another_match_has_promised_the_invoice(database: Database) -> None:
    acme, posting = posted(database)
    undone(acme, posting)
    acme.accept(acme.line("l2", 10_000), "INV-1")
    with pytest.raises(Refused, match="Of INV-1 only GBP 0.00 is open"):
        redo(database, acme.organisation_id, posting.id, by=OTHER, now=acme.now())
