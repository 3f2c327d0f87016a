"""The same on SQLite and PostgreSQL: what is due is written once, the proof adds up, accounts are suggested."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, update

from ledger.account import Account
from ledger.balance import NOT_CAPTURED, BalanceTransaction, Fee, Treatment
from ledger.bank_entry import BankEntry
from ledger.charge import Charge
from ledger.faults import BadInput, Conflict, Fault, Refused
from ledger.money import Money
from ledger.payment import Payment
from ledger.payout import Payout, PayoutItem
from ledger.refund import Refund
from posting import ruling, stops
from posting.processor.due import write_due
from posting.processor.picks import picks
from posting.processor.problems import problems
from posting.processor.saying import say, settle_lost
from posting.processor.today import booked_today
from posting.processor.watch import watch
from posting.rules import Booking, Kind, Mode, Place, PostingRules, Role
from proving.clearing import proofs
from proving.payout_proof import payout_proof
from store.audit import lock
from store.database import Database
from store.queries import processor
from store.tables.intake import findings
from store.tables.matching import receipts
from store.tables.posting import postings
from store.tables.tenancy import entities
from sync.settle import Settling, settle
from tests.store.place import NOW, make_place, record_of
from tests.store.place import Place as Business

DAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def moved(name: str, gross: int, fee: int, category: str, treatment: Treatment, source: str) -> BalanceTransaction:
    return BalanceTransaction(
        external_id=name, created_at=AT, booked_on=DAY, gross=gbp(gross), fee=gbp(fee), net=gbp(gross - fee),
        type=category, reporting_category=category, status="available", source_external_id=source, treatment=treatment,
    )  # fmt: skip


@pytest.fixture
def business(database: Database) -> Business:
    """A charge of 100.00 that somebody booked into clearing, a refund of 10.00, and a payout of what is left."""
    made = make_place(database)
    books, stripe = made.connect("xero"), made.connect("stripe", "acct_1")
    accounts = [
        Account(external_id="bank", name="Current Account", kind="bank", provider_type="BANK", currency="GBP"),
        Account(external_id="clearing", name="Stripe Clearing", kind="bank", provider_type="BANK", currency="GBP"),
        Account(external_id="fees", name="Stripe Fees", kind="expense", provider_type="OVERHEADS"),
    ]
    held = Payment(
        external_id="pay", customer_external_id="7", paid_on=DAY, amount=gbp(10_000), unapplied=gbp(0),
        reference="Acodei ch_0000000001", deposit_account="clearing", hints=("ch_0000000001",),
    )  # fmt: skip
    stray = BankEntry(external_id="stray", kind="spend", moved_on=DAY, amount=gbp(-250), account="clearing")
    for number, value in enumerate((*accounts, held, stray)):
        made.write(books, record_of(value, kind="Thing", external_id=f"b{number}"))
    charge = Charge(
        external_id="ch_0000000001", created_at=AT, charged_on=DAY, amount=gbp(10_000), refunded=gbp(1_000),
        status="succeeded", balance_transaction="txn_1",
    )  # fmt: skip
    values = (
        charge,
        Refund(external_id="re_1", amount=gbp(1_000), refunded_on=DAY, status="succeeded", charge_external_id="ch_0000000001"),
        Payout(
            external_id="po_1", created_at=AT, left_on=DAY, arrives_on=date(2026, 11, 4), amount=gbp(8_680), status="paid",
            reconciliation_status="completed", balance_transaction="txn_3", trace_id="TRACE0000001",
        ),
        PayoutItem(external_id="po_1/txn_1", payout_external_id="po_1", balance_transaction="txn_1"),
        PayoutItem(external_id="po_1/txn_2", payout_external_id="po_1", balance_transaction="txn_2"),
        moved("txn_2", -1_000, 0, "refund", Treatment.REFUND, "re_1"),
        moved("txn_3", -8_680, 0, "payout", Treatment.PAYOUT, "po_1"),
    )  # fmt: skip
    for number, value in enumerate(values):
        made.write(stripe, record_of(value, kind="Thing", external_id=f"s{number}"))
    fee = Fee(
        external_id="txn_1/1", amount=gbp(320), charged_on=DAY, kind="stripe_fee", source_external_id="ch_0000000001"
    )
    own = moved("txn_1", 10_000, 320, "charge", Treatment.UNDECIDED, "ch_0000000001")
    made.write(stripe, record_of(own, fee, kind="balance_transactions", external_id="txn_1"))
    source = str(stripe.connection_id)
    rules = PostingRules(
        mode=Mode.BY_HAND,
        places=(
            Place(role=Role.CLEARING, account="clearing"), Place(role=Role.BANK, account="bank"),
            Place(role=Role.PROCESSOR_FEE, account="fees"),
        ),
        bookings=tuple(Booking(source=source, kind=kind, poster="tieout", since=DAY) for kind in Kind),
    )  # fmt: skip
    ruling.save(database, made.organisation_id, made.entity_id, rules, note="all", by="ann", now=NOW)
    return made


def test_what_is_due_is_written_once(business: Business) -> None:
    for count in (2, 0):
        with business.database.write() as connection:
            lock(connection, business.organisation_id)
            due = write_due(connection, business.organisation_id, business.entity_id, now=NOW, today=TODAY)
        assert len(due.written) == count
    assert any("given back" in one.waits for one in due.waiting)
    with business.database.read() as connection:
        found = {row.choices["what"]: row.amount_minor for row in connection.execute(postings.select())}
    assert found == {"payout": 8_680, "fees": 320}


@pytest.mark.parametrize("source", ["re_9", "ch_0000000001"])
def test_what_was_not_captured_is_open_no_longer_than_its_charge(business: Business, source: str) -> None:
    stripe = business.scopes["stripe"]
    given = Refund(
        external_id="re_9", amount=gbp(500), refunded_on=DAY, status="succeeded", charge_external_id="ch_0000000001"
    )
    rest = moved("txn_9", -500, 0, NOT_CAPTURED, Treatment.REFUND, source)
    for number, value in enumerate((given, rest), 90):
        business.write(stripe, record_of(value, kind="Thing", external_id=f"s{number}"))

    def is_open() -> bool:
        with business.database.read() as connection:
            rows = processor.transactions(
                connection, business.organisation_id, stripe.connection_id, only_open=True, among=["txn_9"]
            )
        return bool(rows)

    settle(Settling(business.database, stripe, business.entity_id, "stripe"), lambda: NOW)
    assert is_open()
    with business.database.write() as connection:
        connection.execute(update(receipts).values(status="already_recorded"))
    assert not is_open()


def test_the_proof_adds_up_and_names_what_it_cannot_explain(business: Business) -> None:
    with business.database.read() as connection:
        (one,) = proofs(connection, business.organisation_id, business.entity_id, TODAY)
        payout = payout_proof(
            connection, business.organisation_id, business.entity_id, business.scopes["stripe"].connection_id, "po_1"
        )
    assert (one.stripe, one.books) == (gbp(0), gbp(9_750))
    assert one.books + one.not_posted + one.elsewhere + one.in_transit + one.unexplained == one.stripe
    assert one.unexplained == gbp(250)
    assert "stray" in one.named[0][2]
    assert (payout.carried, payout.booked, payout.ties) == (gbp(8_680), gbp(10_000), False)


def test_who_books_it_and_which_accounts_are_meant(business: Business) -> None:
    whose = (business.organisation_id, business.entity_id)
    with business.database.read() as connection:
        booked = booked_today(connection, *whose, TODAY)
        picked = {(one.role, one.currency): one.name for one in picks(connection, *whose)}
        rules, _ = ruling.load(connection, *whose)
        wrong = problems(connection, *whose, rules)
    assert [(one.kind, one.poster, one.count, one.minor) for one in booked] == [(Kind.CHARGE, "Acodei", 1, 10_000)]
    assert picked[Role.CLEARING, "GBP"] == "Stripe Clearing"
    assert picked[Role.PROCESSOR_FEE, ""] == "Stripe Fees"
    assert {one.place.role for one in wrong} == {Role.DISPUTED, Role.RESERVE}


def test_another_poster_pauses_it_once(business: Business) -> None:
    for count in (1, 0):
        with business.database.write() as connection:
            found = watch(
                connection, business.organisation_id, business.entity_id, now=NOW, today=date(2026, 11, 6)
            )  # fmt: skip
        assert len(found) == count
    source = business.scopes["stripe"].connection_id
    assert standing_findings(business) == 1
    assert stops.resume(business.database, business.organisation_id, source, by="ann", now=NOW) == 0
    assert standing_findings(business) == 0, "what was paused and goes on is no error any more"


@pytest.mark.parametrize(
    ("zone", "resumed", "booked", "news"),
    [
        ("Pacific/Auckland", datetime(2026, 11, 5, 20, tzinfo=UTC), date(2026, 11, 6), False),  # the 6th there
        ("America/Los_Angeles", datetime(2026, 11, 6, 2, tzinfo=UTC), date(2026, 11, 6), True),  # the 5th there
    ],
)  # fmt: skip
def test_what_was_seen_when_it_was_resumed_is_news_no_more_by_the_books_days(
    business: Business, zone: str, resumed: datetime, booked: date, *, news: bool
) -> None:
    whose, source = (business.organisation_id, business.entity_id), business.scopes["stripe"].connection_id
    with business.database.write() as connection:
        connection.execute(entities.update().where(entities.c.id == business.entity_id).values(time_zone=zone))
        assert watch(connection, *whose, now=resumed, today=date(2026, 11, 6))
    stops.resume(business.database, business.organisation_id, source, by="ann", now=resumed)
    later = Payment(
        external_id="pay2", customer_external_id="7", paid_on=booked, amount=gbp(10_000), unapplied=gbp(0),
        reference="Acodei ch_0000000001", deposit_account="clearing", hints=("ch_0000000001",),
    )  # fmt: skip
    business.write(business.scopes["xero"], record_of(later, kind="Thing", external_id="later"))
    with business.database.write() as connection:
        assert bool(watch(connection, *whose, now=resumed, today=date(2026, 11, 8))) is news


def standing_findings(business: Business) -> int:
    where = (findings.c.organisation_id == business.organisation_id) & (findings.c.code == stops.ANOTHER_POSTER)
    with business.database.read() as connection:
        rows = connection.execute(select(findings.c.code).where(where, findings.c.settled_at.is_(None)))
        return len(list(rows))


def transaction(business: Business, name: str) -> UUID:
    with business.database.read() as connection:
        rows = processor.transactions(
            connection, business.organisation_id, business.scopes["stripe"].connection_id, through=TODAY, currency="GBP"
        )
    found: UUID = next(row.id for row in rows if row.external_id == name)
    return found


def test_a_persons_last_word_is_true(business: Business) -> None:
    own = transaction(business, "txn_2")
    for treatment in (Treatment.ALREADY_RECORDED, Treatment.UNDECIDED, Treatment.NOT_OURS):
        with business.database.write() as connection:
            say(connection, business.organisation_id, own, treatment, by="ann", now=NOW)
    with business.database.read() as connection:
        assert processor.said(connection, business.organisation_id)[own].treatment == "not_ours"


REFUSED = [
    ("txn_1", Treatment.NOT_OURS, Refused, "cannot be said"),  # what is missing is a sync
    ("txn_2", Treatment.FEE, Refused, "cannot be said"),
    ("txn_2", Treatment.REFUND, Refused, "no open credit"),
    ("txn_2", Treatment.UNDECIDED, Conflict, "no word to take back"),
    ("txn_3", Treatment.NOT_OURS, BadInput, "follows from the processor's own records"),
]


@pytest.mark.parametrize(("name", "treatment", "fault", "words"), REFUSED)
def test_what_is_not_offered_cannot_be_said_by_anybody(
    business: Business, name: str, treatment: Treatment, fault: type[Fault], words: str
) -> None:
    own = transaction(business, name)
    with business.database.write() as connection, pytest.raises(fault, match=words):
        say(connection, business.organisation_id, own, treatment, by="ann", now=NOW, choices={"customer": "7"})
    with business.database.read() as connection:
        assert processor.said(connection, business.organisation_id) == {}


def test_a_second_word_waits_until_the_first_is_taken_back(business: Business) -> None:
    own = transaction(business, "txn_2")
    with business.database.write() as connection:
        say(connection, business.organisation_id, own, Treatment.NOT_OURS, by="ann", now=NOW)
    with business.database.write() as connection, pytest.raises(Conflict, match="ann has said"):
        say(connection, business.organisation_id, own, Treatment.ALREADY_RECORDED, by="eve", now=NOW)


def test_only_a_lost_dispute_is_settled(business: Business) -> None:
    own = transaction(business, "txn_2")
    with business.database.write() as connection, pytest.raises(Refused, match="not lost"):
        settle_lost(
            connection, business.organisation_id, business.entity_id, own, "bad_debt", by="ann", now=NOW
        )  # fmt: skip
