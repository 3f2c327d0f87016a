"""A site whose processor's money Tieout books, with some of it waiting for a person, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from ledger.balance import BalanceTransaction, Treatment
from ledger.money import Money
from ledger.payout import Payout, PayoutItem
from ledger.refund import Dispute
from posting import ruling
from posting.processor.due import write_due
from posting.rules import Booking, Kind, Mode, Place, PostingRules, Role
from store.audit import lock
from store.database import Database
from store.tables.pulled import NOUN_NAMED
from tests.reconcile.books.books import charge
from tests.store.place import NOW
from tests.webapp.posting.outbox import CLEARING, FEES, with_accounts
from tests.webapp.site import Site, open_questions, served

TODAY = NOW.date()
AT = NOW - timedelta(days=10)
DAY = AT.date()


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def moved(name: str, gross: int, category: str, treatment: Treatment, source: str | None) -> BalanceTransaction:
    return BalanceTransaction(
        external_id=name, created_at=AT, booked_on=DAY, gross=gbp(gross), fee=gbp(0), net=gbp(gross), type=category,
        reporting_category=category, status="available", source_external_id=source, treatment=treatment,
        description=f"About {name}",
    )  # fmt: skip


@pytest.fixture
def money(database: Database, tmp_path: Path) -> Iterator[Site]:
    with stocked(database, tmp_path) as made:
        yield made


@contextmanager
def stocked(database: Database, tmp_path: Path) -> Iterator[Site]:
    """A charge that nobody knows, a line of an unknown kind, a lost dispute, and a payout of an earlier charge."""
    with served(database, tmp_path) as made:
        books = made.books
        open_questions(books, ready=1)
        with_accounts(made)
        books.put(
            books.stripe,
            moved("txn_alone", 3_131, "charge", Treatment.UNDECIDED, "ch_alone"),
            charge("ch_alone", 3_131, owner=None, text="thanks", payer_name="Nobody Known", balance_transaction="txn_alone"),
            moved("txn_odd", -450, "novelty", Treatment.PARKED, None),
            moved("txn_lost", -10_000, "dispute", Treatment.DISPUTE, "dp_1"),
            Dispute(
                external_id="dp_1", amount=gbp(10_000), status="lost", reason="fraudulent", opened_on=DAY,
                charge_external_id="ch_1",
            ),
            Payout(
                external_id="po_1", created_at=AT, left_on=DAY, arrives_on=DAY + timedelta(days=2), amount=gbp(3_131), status="paid",
                reconciliation_status="completed", balance_transaction="txn_out",
            ),
            PayoutItem(external_id="po_1/txn_alone", payout_external_id="po_1", balance_transaction="txn_alone"),
            moved("txn_out", -3_131, "payout", Treatment.PAYOUT, "po_1"),
        )  # fmt: skip
        books.settle()
        books.reconcile()
        source = str(books.stripe.connection_id)
        rules = PostingRules(
            mode=Mode.BY_HAND,
            places=(Place(role=Role.CLEARING, account=CLEARING), Place(role=Role.PROCESSOR_FEE, account=FEES)),
            bookings=tuple(Booking(source=source, kind=kind, poster="tieout", since=date(2026, 1, 1)) for kind in Kind),
        )
        place = books.place
        ruling.save(
            made.app.database, place.organisation_id, place.entity_id, rules, note="all", by="ann", now=books.now()
        )
        write(made)
        yield made


def write(site: Site) -> None:
    """Puts into the outbox what is due."""
    place = site.books.place
    with site.app.database.write() as connection:
        lock(connection, place.organisation_id)
        write_due(connection, place.organisation_id, place.entity_id, now=site.clock.now(), today=TODAY)


def transaction(site: Site, name: str) -> UUID:
    moves = NOUN_NAMED["balance_transactions"].table
    with site.app.database.read() as connection:
        query = select(moves.c.id).where(
            moves.c.external_id == name, moves.c.organisation_id == site.books.place.organisation_id
        )
        found: UUID = connection.execute(query).scalar_one()
    return found
