"""What a processor's money puts into the outbox, over a real ledger and a real Stripe account of the stand-ins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bench.month.shop import FOREIGN, OWNER, Shop, shop_of
from ledger.balance import Treatment
from ledger.entry import EntryKind
from ledger.faults import BadInput, Conflict
from ledger.money import Money
from ledger.posting import Cause
from posting import ruling
from posting.planning.books import Books, books_of
from posting.processor.due import treated_of
from posting.processor.entries import entries_of
from posting.processor.saying import again, say
from posting.processor.treat import Treated
from posting.refusal import NotPosted
from posting.rules import Role
from posting.undo.acts import redo
from runtime.outgoing import write_what_is_due
from runtime.passes import sync_connection
from runtime.reconciling import reconcile_one
from sandbox.stripe.acts import ledger
from store import outbox
from store import processor as writing
from store.tables.matching import receipts
from store.tables.posting import postings

FIRST = date(2026, 3, 1)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """On the second of March; Tieout books everything from the first on. Nothing is sent."""
    with shop_of("quickbooks", tmp_path, 1, FIRST) as made:
        made.follow(FIRST)
        go_to(made, FIRST + timedelta(days=1))
        yield made


def go_to(shop: Shop, day: date) -> None:
    shop.clock.set(datetime.combine(day, time(14), UTC))


def look(shop: Shop) -> int:
    for own in (shop.source, shop.books):
        sync_connection(shop.app, shop.organisation_id, own)
    reconcile_one(shop.app, shop.organisation_id, shop.entity_id)
    return write_what_is_due(shop.app, shop.organisation_id, shop.entity_id)


def rows(shop: Shop) -> dict[str, Any]:
    """Standing postings by what they are."""
    with shop.app.database.read() as connection:
        found = list(connection.execute(postings.select().order_by(postings.c.created_at)))
    return {
        row.choices["what"]: row for row in found if row.state not in ("withdrawn", "undone") and "what" in row.choices
    }


def planned(shop: Shop, row: Any) -> Any:
    with shop.app.database.read() as connection:
        return entries_of(connection, books(shop, connection), row)


def books(shop: Shop, connection: Any) -> Books:
    rules, _ = ruling.load(connection, shop.organisation_id, shop.entity_id)
    return books_of(connection, shop.organisation_id, shop.books, rules, now=shop.app.clock.now())


def treated(shop: Shop) -> dict[str, Treated]:
    with shop.app.database.read() as connection:
        rules, _ = ruling.load(connection, shop.organisation_id, shop.entity_id)
        found = treated_of(
            connection, shop.organisation_id, shop.entity_id, shop.source, rules, today=shop.today, only_open=False
        )
    return {one.move.row.external_id: one for one in found}


def paid_out(shop: Shop, currency: str = "USD", **fields: Any) -> str:
    shop.at_stripe("charge", amount=10_000, currency=currency, description="Web order", payer_name="Robin", **fields)
    payout = shop.at_stripe("payout", currency=currency, status="in_transit")
    go_to(shop, shop.today + timedelta(days=2))
    shop.at_stripe("payout_paid", payout=payout["id"])
    return str(payout["id"])


def test_a_payout_and_its_fees_once_however_often_it_is_looked_at(shop: Shop) -> None:
    own = paid_out(shop)
    assert look(shop) == 2
    assert look(shop) == 0
    (transfer,) = planned(shop, rows(shop)["payout"])
    assert (transfer.kind, transfer.amount) == (EntryKind.TRANSFER, Money(9_680, "USD"))
    assert (transfer.account, transfer.to_account) == (shop.account_id(Role.CLEARING), shop.account_id(Role.BANK))
    assert transfer.on == shop.today
    assert own in transfer.memo
    assert "trace id" in transfer.memo
    (fees,) = planned(shop, rows(shop)["fees"])
    assert (fees.kind, fees.amount.minor) == (EntryKind.SPEND, 320)
    assert fees.on == shop.today - timedelta(days=2)


def test_planning_twice_gives_the_same_markers(shop: Shop) -> None:
    paid_out(shop)
    look(shop)
    row = rows(shop)["payout"]
    assert planned(shop, row) == planned(shop, row)


def test_no_part_is_covered_by_two_postings(shop: Shop) -> None:
    paid_out(shop)
    look(shop)
    with shop.app.database.read() as connection:
        parts = list(connection.exec_driver_sql("SELECT transaction_id, part, amount_minor FROM posting_parts"))
    assert len(parts) == 2
    other = rows(shop)["fees"]
    left = next(one.move.id for one in treated(shop).values() if one.treatment is Treatment.PAYOUT)
    row = {"transaction_id": left, "part": "gross", "currency": "USD", "amount_minor": -9_680}
    with shop.app.database.write() as connection, pytest.raises(IntegrityError):
        writing.cover(connection, shop.organisation_id, other.id, [row])


def test_what_a_person_took_back_comes_again_when_a_person_asks(shop: Shop) -> None:
    paid_out(shop)
    look(shop)
    row = rows(shop)["payout"]
    with shop.app.database.write() as connection:
        outbox.withdraw(
            connection, shop.organisation_id, Cause.PAYOUT, row.cause_id, by=OWNER, reason="a test",
            now=shop.app.clock.now(),
        )  # fmt: skip
    assert look(shop) == 0
    with shop.app.database.write() as connection:
        again(connection, shop.organisation_id, row.id, by=OWNER, now=shop.app.clock.now())
    assert look(shop) == 1
    assert rows(shop)["payout"].id != row.id


def test_an_undone_payout_that_is_done_again_has_one_posting_that_covers_it(shop: Shop) -> None:
    paid_out(shop)
    look(shop)
    row = rows(shop)["payout"]
    with shop.app.database.write() as connection:
        connection.execute(postings.update().where(postings.c.id == row.id).values(state="undone"))
    assert look(shop) == 0
    redo(shop.app.database, shop.organisation_id, row.id, by=OWNER, now=shop.app.clock.now())
    assert look(shop) == 1
    assert planned(shop, rows(shop)["payout"])


def test_a_sale_is_no_receipt_to_match_while_it_is_booked_as_one(shop: Shop) -> None:
    charge = shop.at_stripe("charge", amount=4_400, description="Web order", payer_name="Robin")
    go_to(shop, shop.today + timedelta(days=6))
    look(shop)
    assert status_of(shop, charge["id"]) == "already_recorded"
    row = rows(shop)["sales"]
    with shop.app.database.write() as connection:
        outbox.withdraw(
            connection, shop.organisation_id, Cause.BALANCE_TRANSACTION, row.cause_id, by=OWNER, reason="a test",
            now=shop.app.clock.now(),
        )  # fmt: skip
        again(connection, shop.organisation_id, row.id, by=OWNER, now=shop.app.clock.now())
    assert status_of(shop, charge["id"]) == "unmatched"
    (entry,) = planned(shop, row)
    assert (entry.kind, entry.amount.minor) == (EntryKind.RECEIVE, 4_400)


def status_of(shop: Shop, charge: str) -> str:
    with shop.app.database.read() as connection:
        query = select(receipts.c.status).where(receipts.c.external_id == charge)
        found: str = connection.execute(query).scalar_one()
    return found


def test_a_payout_that_comes_back_before_it_was_sent_is_not_booked(shop: Shop) -> None:
    own = paid_out(shop)
    look(shop)
    go_to(shop, shop.today + timedelta(days=1))
    shop.at_stripe("payout_failed", payout=own)
    look(shop)
    assert "payout" not in rows(shop)
    assert "payout_back" not in rows(shop)


def given_back(shop: Shop) -> Any:
    """A sale on the spot that was booked, and its refund, which is in the outbox; gives the refund."""
    charge = shop.at_stripe("charge", amount=4_400, description="Web order", payer_name="Robin")
    go_to(shop, shop.today + timedelta(days=6))
    look(shop)
    refund = shop.at_stripe("refund", charge=charge["id"])
    look(shop)
    assert rows(shop)["refund"].choices["sale"]
    go_to(shop, shop.today + timedelta(days=1))
    return refund


def test_a_refund_that_came_back_before_it_was_sent_is_not_booked(shop: Shop) -> None:
    shop.at_stripe("refund_fails", refund=given_back(shop)["id"])
    look(shop)
    assert "refund" not in rows(shop)
    assert "refund_back" not in rows(shop)
    assert [one.waits for one in treated(shop).values() if one.treatment is Treatment.REFUND] == ["", ""]


def test_a_refund_that_came_back_after_it_stood_is_mirrored_on_its_own_day(shop: Shop) -> None:
    refund = given_back(shop)
    (spent,) = planned(shop, rows(shop)["refund"])
    with shop.app.database.write() as connection:
        own = rows(shop)["refund"].id
        connection.execute(postings.update().where(postings.c.id == own).values(state="posted"))
    shop.at_stripe("refund_fails", refund=refund["id"])
    assert look(shop) == 1
    assert look(shop) == 0
    (back,) = planned(shop, rows(shop)["refund_back"])
    assert (spent.kind, back.kind) == (EntryKind.SPEND, EntryKind.RECEIVE)
    assert (back.amount, back.on) == (spent.amount, shop.today)
    told = [[(line.account, line.amount, line.tax_code, line.tax) for line in one.lines] for one in (spent, back)]
    assert told[0] == told[1]


def test_a_payout_that_the_bank_converts_is_refused_with_the_steps(shop: Shop) -> None:
    with shop.app.database.read() as connection:
        rules, _ = ruling.load(connection, shop.organisation_id, shop.entity_id)
    kept = tuple(place for place in rules.places if (place.role, place.currency) != (Role.BANK, FOREIGN))
    changed = type(rules)(mode=rules.mode, places=kept, bookings=rules.bookings)
    ruling.save(
        shop.app.database, shop.organisation_id, shop.entity_id, changed, note="one bank", by=OWNER,
        now=shop.app.clock.now(),
    )  # fmt: skip
    paid_out(shop, FOREIGN)
    look(shop)
    with pytest.raises(NotPosted) as refused:
        planned(shop, rows(shop)["payout"])
    assert refused.value.code == "payout_converted"
    assert "exchange" in refused.value.remedy


def test_a_payout_that_a_bank_rule_coded_to_sales_is_not_booked_beside_it(shop: Shop) -> None:
    paid_out(shop)
    shop.other.received(shop.account_id(Role.BANK), shop.account_id(Role.SALES), 9_680, shop.today, "STRIPE")
    look(shop)
    with pytest.raises(NotPosted) as refused:
        planned(shop, rows(shop)["payout"])
    assert (refused.value.code, refused.value.choices) == ("same_money", {"same_money": "post"})


def test_a_closed_period_is_refused_with_the_first_open_day(shop: Shop) -> None:
    paid_out(shop)
    shop.in_books("close_books", on=shop.today.isoformat())
    look(shop)
    with pytest.raises(NotPosted) as refused:
        planned(shop, rows(shop)["payout"])
    assert refused.value.code == "period_locked"
    assert refused.value.choices == {"date": (shop.today + timedelta(days=1)).isoformat()}


def test_an_unknown_category_waits_until_a_person_says_what_it_is(shop: Shop) -> None:
    stripe = shop.stripe.books(shop.account)
    made = ledger.book(
        stripe, int(shop.clock.now().timestamp()), kind="mystery", category="mystery", source=None, currency="usd",
        amount=-700,
    )  # fmt: skip
    look(shop)
    one = treated(shop)[made["id"]]
    assert (one.treatment, one.due) == (Treatment.PARKED, False)
    assert "mystery" in one.waits
    with shop.app.database.write() as connection:
        say(connection, shop.organisation_id, one.move.id, Treatment.NOT_OURS, by=OWNER, now=shop.app.clock.now())
    assert treated(shop)[made["id"]].treatment is Treatment.NOT_OURS
    assert rows(shop) == {}


def test_a_deposit_is_the_customers_credit(shop: Shop) -> None:
    charge = shop.at_stripe("charge", amount=10_000, description="In advance", payer_name="Robin")
    look(shop)
    one = next(one for one in treated(shop).values() if one.move.row.source_external_id == charge["id"])
    assert one.treatment is Treatment.UNDECIDED
    now = shop.app.clock.now()
    with shop.app.database.write() as connection, pytest.raises(BadInput):
        say(connection, shop.organisation_id, one.move.id, Treatment.CUSTOMER_DEPOSIT, by=OWNER, now=now)
    with shop.app.database.write() as connection:
        say(
            connection, shop.organisation_id, one.move.id, Treatment.CUSTOMER_DEPOSIT, by=OWNER, now=now,
            choices={"customer": "7"},
        )  # fmt: skip
    look(shop)
    (entry,) = planned(shop, rows(shop)["deposit"])
    assert (entry.kind, entry.customer, entry.lines[0].role.value) == (EntryKind.RECEIPT, "7", "unapplied")
    with shop.app.database.write() as connection, pytest.raises(Conflict):
        say(connection, shop.organisation_id, one.move.id, Treatment.NOT_OURS, by=OWNER, now=now)


def test_of_a_charge_captured_in_part_what_was_captured_is_booked(shop: Shop) -> None:
    shop.at_stripe("capture_in_part", amount=10_000, captured=4_000, description="In advance", payer_name="Robin")
    look(shop)
    rest, whole = sorted(treated(shop).values(), key=lambda one: one.move.gross.minor)
    assert (rest.treatment, rest.due, rest.waits) == (Treatment.UNDECIDED, False, "")
    with shop.app.database.write() as connection:
        say(
            connection, shop.organisation_id, whole.move.id, Treatment.CUSTOMER_DEPOSIT, by=OWNER,
            now=shop.app.clock.now(), choices={"customer": "7"},
        )  # fmt: skip
    look(shop)
    (entry,) = planned(shop, rows(shop)["deposit"])
    assert (entry.amount, "gross" in treated(shop)[rest.move.row.external_id].move.covered) == (
        Money(4_000, "USD"),
        True,
    )


def test_a_dispute_and_a_reserve_lie_on_balances_of_their_own(shop: Shop) -> None:
    charge = shop.at_stripe("charge", amount=10_000, description="Web order", payer_name="Robin")
    shop.at_stripe("dispute", charge=charge["id"], fee=1_500)
    shop.at_stripe("reserve", amount=4_000)
    look(shop)
    (dispute,) = planned(shop, rows(shop)["dispute"])
    assert [(line.account, line.amount.minor) for line in dispute.lines] == [
        (shop.account_id(Role.DISPUTED), 10_000), (shop.account_id(Role.DISPUTE_FEE), 1_500),
    ]  # fmt: skip
    (reserve,) = planned(shop, rows(shop)["reserve"])
    assert (reserve.kind, reserve.lines[0].account) == (EntryKind.SPEND, shop.account_id(Role.RESERVE))


def test_a_refund_is_not_settled_with_a_payment_of_a_closed_period(shop: Shop) -> None:
    """QuickBooks has no day for an application: the payment itself is changed, on its own day."""
    paid = shop.in_books("pay_customer", customer="c0", amount="44.00", on=FIRST.isoformat())
    customer = next(
        one for one in shop.ledger.records[shop.tenant].all("Payment") if one["Id"] == paid["id"]
    )["CustomerRef"]["value"]  # fmt: skip
    charge = shop.at_stripe("charge", amount=4_400, description="In advance", payer_name="Robin")
    look(shop)
    now = shop.app.clock.now()
    own = next(one for one in treated(shop).values() if one.move.row.source_external_id == charge["id"]).move.id
    with shop.app.database.write() as connection:
        choices = {"customer": customer}
        say(connection, shop.organisation_id, own, Treatment.CUSTOMER_DEPOSIT, by=OWNER, now=now, choices=choices)
    look(shop)
    shop.at_stripe("refund", charge=charge["id"])
    look(shop)
    (entry,) = planned(shop, rows(shop)["refund"])
    assert entry.source is not None
    assert (entry.source.kind, entry.source.external_id) == ("payment", paid["id"])
    shop.in_books("close_books", on=FIRST.isoformat())
    look(shop)
    assert shop.today > FIRST
    with pytest.raises(NotPosted) as refused:
        planned(shop, rows(shop)["refund"])
    assert (refused.value.code, refused.value.choices) == ("period_locked", {})
    assert "payment of 1 March 2026" in str(refused.value)
    assert "credit note" in refused.value.remedy
