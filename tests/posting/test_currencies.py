"""Money in home currency for invoices in another: the settlement's own rate, read back to the cent on both ledgers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from bench.posting.desk import COMPANIES, PERSON, Desk, desk_over
from ledger.money import Money, convert
from ledger.posting import Cause
from posting.rules import Mode, Place, PostingRules
from posting.ruling import save
from reconcile.books.decisions import Deciding
from sandbox.world import plan
from store import outbox
from store.database import Database
from store.matches import add_match
from store.tables.pulled import NOUN_NAMED
from tests.posting.test_recipes import NAMES, Shop

PAYMENTS = NOUN_NAMED["payments"].table
SUMS = (10_000, 33_333, 7_919)
"""Of the invoices in euros, of one customer."""


@pytest.fixture(params=["quickbooks", "xero"])
def shop(
    request: pytest.FixtureRequest, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    company = replace(COMPANIES[request.param], currencies=("EUR",))
    monkeypatch.setitem(COMPANIES, request.param, company)
    with desk_over(sqlite_database, tmp_path / "home", request.param, count=2, customers=2) as desk:
        day = desk.today - timedelta(days=20)
        abroad = plan.Customer("abroad", "Ausland GmbH", "a@example.com", "EUR")
        owed = tuple(
            plan.Invoice(
                f"eu{n}", f"EU-{n}", "abroad", day, day + timedelta(days=30), "EUR", (plan.Line("Work", minor),), rate="0.87"
            )
            for n, minor in enumerate(SUMS)
        )  # fmt: skip
        desk.stand.load(desk.tenant, plan.BooksPlan(company, customers=(abroad,), invoices=owed))
        desk.sync(full=True)
        places = tuple(Place(role=role, account=desk.account(name)) for role, name in NAMES[desk.provider].items())
        save(
            desk.database, desk.organisation_id, desk.entity_id, PostingRules(mode=Mode.BY_HAND, places=places),
            note="set up", by=PERSON, now=desk.app.clock.now(),
        )  # fmt: skip
        yield Shop(desk)


def accepted(shop: Shop, receipt: Any, *numbers: int) -> Any:
    """As the matcher proposes money in one currency for invoices in another: all of it goes to them."""
    desk, now, own = shop.desk, shop.desk.app.clock.now(), UUID(int=9_001)
    row = {
        "organisation_id": desk.organisation_id, "id": own, "entity_id": desk.entity_id, "receipt_id": receipt.id,
        "rank": 1, "decision": "suggest", "confidence": 0.9, "reason": "At the rate of the day.", "reasons": [],
        "state": "proposed", "policy_version": "",
    }  # fmt: skip
    lines = [
        {
            "document_id": shop.document_of(f"EU-{n}"), "document_noun": "invoices", "currency": "EUR",
            "applied_minor": SUMS[n],
        }
        for n in numbers
    ]  # fmt: skip
    with desk.database.write() as connection:
        add_match(connection, row, lines, by="test", now=now)
    Deciding(desk.database, desk.organisation_id, PERSON).accept(own, seen=receipt.revision, now=now)
    with desk.database.read() as connection:
        return outbox.of_cause(connection, desk.organisation_id, Cause.MATCH, str(own))


@pytest.mark.parametrize(("numbers", "cents"), [((0,), 8_543), ((1,), 28_571), ((0, 1, 2), 44_021)])
def test_the_books_hold_the_banks_cents(shop: Shop, numbers: tuple[int, ...], cents: int) -> None:
    before = shop.counted()
    posting = accepted(shop, shop.receipt(cents), *numbers)
    shop.post()
    row = shop.again(posting.id)
    assert (row.state, row.reason) == ("posted", None), row.reason
    assert [shop.open_of(f"EU-{n}") for n in numbers] == [0] * len(numbers)
    assert banked(shop.desk) == cents
    shop.undo(posting.id)
    assert shop.again(posting.id).state == "undone"
    assert [shop.open_of(f"EU-{n}") for n in numbers] == [SUMS[n] for n in numbers]
    assert shop.counted() == before


def banked(desk: Desk) -> int:
    """What the payments of invoices in euros moved in the bank account, by the books' own word, in home cents."""
    query = select(PAYMENTS).where(
        PAYMENTS.c.currency == "EUR", PAYMENTS.c.status == "open", PAYMENTS.c.gone_at.is_(None)
    )  # fmt: skip
    home = COMPANIES[desk.provider].home_currency
    with desk.database.read() as connection:
        rows = connection.execute(query).all()
    return sum(
        row.bank_amount_minor or convert(Money(row.amount_minor, "EUR"), row.exchange_rate, home).minor for row in rows
    )
