"""A period is prepared, signed by two, locked, and what changes in it later is listed; the pack stays as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from ledger.faults import BadInput, Conflict, Refused
from ledger.money import Money
from ledger.posting import Cause
from proving.close import signing
from proving.close.later import LaterChange, later_changes
from runtime.closing import Prepared, prepare_close
from store import closes, outbox, people
from store.audit import entries
from store.outbox import NewPosting
from store.tables.posting import entries as posted_entries
from store.tables.posting import postings
from store.tables.tenancy import entities
from tests.proving.conftest import Books

ANN, BEN, CAT = "ann@example.com", "ben@example.com", "cat@example.com"


@pytest.fixture(scope="module")
def staffed(books: Books) -> Books:
    """Two who may sign and one who may not."""
    place = books.place
    with place.app.database.write() as connection:
        for email, role in ((ANN, "owner"), (BEN, "bookkeeper"), (CAT, "sales")):
            people.add_person(
                connection, place.organisation_id, email, name="", role=role, actor="test", now=place.app.clock.now()
            )
    return books


@pytest.fixture
def office(staffed: Books) -> Iterator[Books]:
    """Nothing stays signed for the next test, nor unsynced."""
    staffed.sync()
    yield staffed
    place = staffed.place
    with place.app.database.read() as connection:
        standing = [
            row for row in closes.listed(connection, place.organisation_id) if row.state in ("signed", "reviewed")
        ]
    for row in standing:
        signing.reopen(
            place.app.database,
            place.organisation_id,
            row.id,
            reason="the test is over",
            by=ANN,
            now=place.app.clock.now(),
        )


def month_end(books: Books, back: int = 1) -> date:
    day = books.sandbox.today
    for _ in range(back):
        day = day.replace(day=1) - timedelta(days=1)
    return day


def prepared(books: Books, provider: str, day: date) -> Prepared:
    place = books.place
    return prepare_close(place.app, place.organisation_id, books.row(provider).entity_id, day, by=ANN)


def sign(books: Books, own: UUID, by: str) -> str:
    place = books.place
    return signing.sign(place.app.database, place.organisation_id, own, by=by, now=place.app.clock.now())


def reopen(books: Books, own: UUID, by: str, reason: str) -> None:
    place = books.place
    signing.reopen(place.app.database, place.organisation_id, own, reason=reason, by=by, now=place.app.clock.now())


def found(books: Books, own: UUID) -> Any:
    with books.place.app.database.read() as connection:
        return closes.find(connection, books.place.organisation_id, own)


def files(books: Books, own: UUID) -> dict[str, bytes]:
    with books.place.app.database.read() as connection:
        return {row.name: row.content for row in closes.files_of(connection, books.place.organisation_id, own)}


def lock_of(books: Books, provider: str) -> date | None:
    query = select(entities.c.lock_date).where(entities.c.id == books.row(provider).entity_id)
    with books.place.app.database.read() as connection:
        lock: date | None = connection.execute(query).scalar_one()
    return lock


def later(books: Books, own: UUID) -> list[LaterChange]:
    row = found(books, own)
    with books.place.app.database.read() as connection:
        return later_changes(connection, books.place.organisation_id, row.entity_id, row.through, row.prepared_at)


@pytest.mark.parametrize("provider", ["quickbooks", "xero"])
@pytest.mark.parametrize("back", [1, 3])
def test_the_sub_ledger_is_the_control_account_of_that_day(office: Books, provider: str, back: int) -> None:
    day = month_end(office, back)
    made = prepared(office, provider, day)
    truth = office.sandbox.stands[provider].truth(office.row(provider).company_id, day)
    ledger = made.pack["receivables"]
    assert ledger["control_account"]["amount"] == truth["control_account"]
    assert ledger["sub_ledger"]["amount"] == truth["control_account"]
    assert Decimal(ledger["difference"]["amount"]) == 0
    assert sum(Decimal(one["home"]) for one in ledger["currencies"]) == Decimal(truth["control_account"])
    by_currency: dict[str, Decimal] = {}
    for line in ledger["customers"]:
        parts = [*line["buckets"], line["unapplied"]]
        assert sum(map(Decimal, parts)) == Decimal(line["total"])
        by_currency[line["currency"]] = by_currency.get(line["currency"], Decimal(0)) + Decimal(line["total"])
    assert by_currency == {one["currency"]: Decimal(one["total"]) for one in ledger["currencies"]}
    assert len(ledger["currencies"]) > 1
    assert made.differs == 0


def test_a_processor_goes_from_opening_to_closing(office: Books) -> None:
    day = month_end(office)
    made = prepared(office, "quickbooks", day)
    whose = office.row("quickbooks").entity_id
    account = next(row for row in office.place.connections() if row.provider == "stripe" and row.entity_id == whose)
    truth = office.sandbox.stripe.truth(account.company_id, day)
    for one in made.pack["processors"]:
        moved = sum(Decimal(line["net"]) for line in one["movements"])
        assert Decimal(one["opening"]) + moved == Decimal(one["closing"])
        assert one["closing"] == truth["balance"][one["currency"]]
        assert sum(Decimal(line["amount"]) for line in one["payouts_in_transit"]) == Decimal(one["in_transit"])
    assert made.pack["processors"]


def test_the_files_say_the_same_and_are_kept_as_they_are(office: Books) -> None:
    made = prepared(office, "quickbooks", month_end(office))
    kept = files(office, made.id)
    assert {name.rpartition(".")[2] for name in kept} == {"json", "xlsx", "pdf"}
    content = next(body for name, body in kept.items() if name.endswith(".json"))
    assert json.loads(content) == made.pack
    assert hashlib.sha256(content).hexdigest() == made.digest
    book = load_workbook(BytesIO(next(body for name, body in kept.items() if name.endswith(".xlsx"))), data_only=True)
    totals = [row[-1] for row in book["Sub-ledger"].iter_rows(min_row=2, values_only=True)]
    assert len(totals) == len(made.pack["receivables"]["customers"])
    assert round(sum(map(Decimal, map(str, totals))), 2) == sum(
        Decimal(one["total"]) for one in made.pack["receivables"]["customers"]
    )
    assert next(body for name, body in kept.items() if name.endswith(".pdf")).startswith(b"%PDF-")


def test_two_people_sign_and_the_lock_follows(office: Books) -> None:
    before, day = lock_of(office, "quickbooks"), month_end(office)
    made = prepared(office, "quickbooks", day)
    with pytest.raises(Refused, match="may not sign"):
        sign(office, made.id, CAT)
    assert sign(office, made.id, ANN) == "signed"
    assert lock_of(office, "quickbooks") == before
    with pytest.raises(Refused, match="another person"):
        sign(office, made.id, ANN)
    assert sign(office, made.id, BEN) == "reviewed"
    assert lock_of(office, "quickbooks") == day
    office.sync()  # the ledger's own lock is earlier, and does not take ours away
    assert lock_of(office, "quickbooks") == day
    with pytest.raises(Conflict, match="reopen it first"):
        prepared(office, "quickbooks", day)
    with pytest.raises(Conflict):
        sign(office, made.id, BEN)
    with pytest.raises(BadInput, match="reason"):
        reopen(office, made.id, ANN, "  ")
    reopen(office, made.id, ANN, "an invoice was missing")
    assert lock_of(office, "quickbooks") == before
    with office.place.app.database.read() as connection:
        acts = [
            act.verb
            for act in entries(connection, office.place.organisation_id, limit=40)
            if act.object_id == str(made.id)
        ]
    assert acts == ["close.reopen", "close.review", "close.sign", "close.prepare"]
    assert (found(office, made.id).state, found(office, made.id).reopened_why) == ("reopened", "an invoice was missing")


def test_a_period_is_not_locked_while_something_dated_in_it_is_half_written(office: Books) -> None:
    day = month_end(office)
    made = prepared(office, "quickbooks", day)
    sign(office, made.id, ANN)
    own = half_written(office, day)
    with pytest.raises(Conflict, match="is being written to the books; sign when it has ended"):
        sign(office, made.id, BEN)
    assert found(office, made.id).state == "signed"
    with office.place.app.database.write() as connection:
        connection.execute(update(postings).where(postings.c.id == own).values(state="posted"))
        connection.execute(update(posted_entries).where(posted_entries.c.posting_id == own).values(state="posted"))
    assert sign(office, made.id, BEN) == "reviewed"


def half_written(books: Books, day: date) -> UUID:
    """A posting of which a record stands, and another of that day is to come."""
    place, row, now = books.place, books.row("quickbooks"), books.place.app.clock.now()
    amount = Money(12_086, "USD")
    new = NewPosting(
        organisation_id=place.organisation_id, entity_id=row.entity_id, connection_id=row.id, cause=Cause.MATCH,
        cause_id="half written", amount=amount, on=day,
    )  # fmt: skip
    with place.app.database.write() as connection:
        own = outbox.add(connection, new, by=ANN, reason="", now=now)
        connection.execute(update(postings).where(postings.c.id == own).values(state="posting"))
        for position, state in enumerate(("posted", "waiting"), 1):
            connection.execute(
                posted_entries.insert().values(
                    organisation_id=place.organisation_id, id=uuid4(), posting_id=own, connection_id=row.id,
                    position=position, write_id=f"T00000000000000{position}", kind="receipt", body={},
                    currency=amount.currency, amount_minor=amount.minor, dated_on=day, state=state, created_at=now,
                    updated_at=now,
                )
            )  # fmt: skip
    return own


def test_the_next_period_begins_where_the_signed_one_ended(office: Books) -> None:
    first = prepared(office, "xero", month_end(office, 2))
    for who in (ANN, BEN):
        sign(office, first.id, who)
    made = prepared(office, "xero", office.sandbox.today - timedelta(days=1))
    assert made.pack["period"]["from"] == (month_end(office, 2) + timedelta(days=1)).isoformat()


def test_a_day_that_has_not_come_is_refused_and_today_is_named(office: Books) -> None:
    with pytest.raises(BadInput, match="not over"):
        prepared(office, "quickbooks", office.sandbox.today + timedelta(days=2))
    made = prepared(office, "quickbooks", office.sandbox.today)
    assert [one["cause"] for one in made.pack["differences"]] == ["date_basis"]


def test_a_pack_that_nobody_signed_is_replaced(office: Books) -> None:
    day = month_end(office)
    first, second = prepared(office, "quickbooks", day), prepared(office, "quickbooks", day)
    assert (found(office, first.id).state, found(office, second.id).state) == ("replaced", "prepared")


@pytest.mark.parametrize("provider", ["quickbooks", "xero"])
def test_what_changes_in_a_signed_period_is_listed_and_the_pack_stays(office: Books, provider: str) -> None:
    day = month_end(office)
    inside = [row for row in office.open_invoices(provider) if row.issued_on <= day]
    made = prepared(office, provider, day)
    kept = files(office, made.id)
    for who in (ANN, BEN):
        sign(office, made.id, who)
    assert later(office, made.id) == []
    office.change(provider, "edit_invoice", invoice=inside[0].external_id, amount="3.21")
    office.change(provider, "void_invoice", invoice=inside[1].external_id)
    paid = office.change(
        provider, "pay_invoice", invoice=inside[2].external_id, amount="4.00", on=(day - timedelta(days=1)).isoformat()
    )
    # dated after the period: it changes nothing in it
    office.change(provider, "pay_invoice", invoice=inside[3].external_id, on=(day + timedelta(days=1)).isoformat())
    office.sync()
    changes = {one.external_id: one for one in later(office, made.id) if one.noun != "allocations"}
    assert set(changes) == {inside[0].external_id, inside[1].external_id, paid["id"]}
    edited, voided, entered = changes[inside[0].external_id], changes[inside[1].external_id], changes[paid["id"]]
    assert (edited.what, voided.what, entered.what) == ("changed", "voided or ended", "entered into the period")
    assert edited.before is not None
    assert (edited.before.minor, edited.amount.minor) == (inside[0].total_minor, 321 - inside[0].total_minor)
    assert voided.amount.minor == -inside[1].total_minor
    assert (entered.before, entered.amount.minor) == (None, 400)
    assert files(office, made.id) == kept
    assert found(office, made.id).digest == made.digest


def test_a_chargeback_of_an_old_payment_leaves_the_signed_period_as_it_is(office: Books) -> None:
    """The payer's bank takes an old charge back after the period was signed: it is an event of its own day."""
    day = month_end(office)
    whose = office.row("quickbooks").entity_id
    account = next(row for row in office.place.connections() if row.provider == "stripe" and row.entity_id == whose)
    made = prepared(office, "quickbooks", day)
    kept, before = files(office, made.id), made.pack["processors"]
    for who in (ANN, BEN):
        sign(office, made.id, who)
    charges = office.sandbox.stripe.books(account.company_id).store.all("charges")
    old = [
        one for one in charges
        if one["status"] == "succeeded" and not one["disputed"] and not one["refunded"]
        and datetime.fromtimestamp(one["created"], UTC).date() < day - timedelta(days=2)
    ]  # fmt: skip
    office.sandbox.stripe.change(account.company_id, "dispute", {"charge": old[-1]["id"]})
    office.sync()
    assert later(office, made.id) == []
    assert files(office, made.id) == kept
    reopen(office, made.id, ANN, "to see what it would be now")
    assert prepared(office, "quickbooks", day).pack["processors"] == before
