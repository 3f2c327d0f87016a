"""What waits is told by the database page by page: it is what each transaction's own treatment says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from ledger.balance import Treatment
from posting import ruling
from posting.processor.due import treated_of
from posting.processor.saying import say
from posting.processor.treat import SALE_DAYS
from posting.processor.waiting import LOST, Source, open_of, treated, treated_now, waits_of
from posting.rules import Place, Role
from store.queries import processor
from tests.reconcile.books.books import charge
from tests.webapp.posting.outbox import FEES
from tests.webapp.processor.conftest import DAY, TODAY, moved, transaction, write
from tests.webapp.site import Site


def _filled(site: Site) -> None:
    books = site.books
    books.put(
        books.stripe,
        moved("txn_first", 500, "charge", Treatment.UNDECIDED, "ch_unread"),
        moved("txn_pays", 10_000, "charge", Treatment.UNDECIDED, "ch_1"),
        charge("ch_1", 10_000, text="INV-1001", payer_name="Bob Ltd", balance_transaction="txn_pays"),
        moved("txn_given", -500, "refund", Treatment.REFUND, "re_1"),
        moved("txn_back", 500, "refund_failure", Treatment.REFUND, "re_0"),
        moved("txn_unread", -700, "payout", Treatment.PAYOUT, "po_unread"),
        moved("txn_topup", 700, "topup", Treatment.PAYOUT, "tu_1"),
        moved("txn_fee", -20, "fee", Treatment.FEE, None),
        moved("txn_odd_2", -20, "oddity", Treatment.PARKED, None),
    )  # fmt: skip
    books.settle()
    books.reconcile()
    with site.app.database.write() as connection:
        say(
            connection, books.place.organisation_id, transaction(site, "txn_odd_2"), Treatment.NOT_OURS, by="ann",
            now=site.clock.now(),
        )  # fmt: skip


def _both(site: Site, *, days: int = 0) -> tuple[set[str], set[str], tuple[str, ...]]:
    """What waits by the page's way and by the treatment of everything; and what is open."""
    place = site.books.place
    with site.app.database.read() as connection:
        rules, _ = ruling.load(connection, place.organisation_id, place.entity_id)
        source = Source(
            organisation_id=place.organisation_id, entity_id=place.entity_id,
            connection_id=site.books.stripe.connection_id, rules=rules, first=DAY, today=TODAY + timedelta(days=days),
        )  # fmt: skip
        found = open_of(connection, source)
        every = treated_of(
            connection,
            place.organisation_id,
            place.entity_id,
            source.connection_id,
            rules,
            today=source.today,
            first=DAY,
        )
        page = treated(connection, source, [*found.names[:3], *found.refunds])
        one: Any = processor.find_transaction(connection, place.organisation_id, transaction(site, "txn_odd"))
        assert treated_now(connection, source, one).waits
    assert found.names == tuple(one.move.row.external_id for one in every)
    assert {one.move.row.external_id: one for one in every}.items() >= {
        one.move.row.external_id: one for one in page
    }.items()
    return set(found.waits), {one.move.row.external_id for one in every if one.waits}, found.names


def test_the_names_are_those_whose_treatment_waits(money: Site) -> None:
    _filled(money)
    waits, treated_so, names = _both(money)
    assert waits == treated_so
    assert {"txn_first", "txn_alone", "txn_odd", "txn_given", "txn_back", "txn_unread"} <= waits
    assert not {"txn_topup", "txn_fee", "txn_odd_2"} & waits
    assert {"txn_topup", "txn_odd_2"} <= set(names)


def test_sales_that_book_themselves_ask_nothing(money: Site) -> None:
    place = money.books.place
    with money.app.database.read() as connection:
        rules, _ = ruling.load(connection, place.organisation_id, place.entity_id)
    mapped = msgspec.structs.replace(rules, places=(*rules.places, Place(role=Role.SALES, account=FEES)))
    ruling.save(
        money.app.database,
        place.organisation_id,
        place.entity_id,
        mapped,
        note="sales",
        by="ann",
        now=money.books.now(),
    )
    waits, treated_so, names = _both(money, days=SALE_DAYS)
    assert waits == treated_so
    assert "txn_alone" in names
    assert "txn_alone" not in waits
    write(money)
    waits, treated_so, names = _both(money, days=SALE_DAYS)
    assert waits == treated_so
    assert "txn_alone" not in names


def test_all_that_waits_is_listed_with_what_helps_lost_disputes_first(money: Site) -> None:
    _filled(money)
    place = money.books.place
    with money.app.database.read() as connection:
        found = waits_of(connection, place.organisation_id, place.entity_id, TODAY)
    assert (found[0].treated.move.row.external_id, found[0].sentence) == ("txn_lost", LOST)
    waits, _, _ = _both(money)
    assert {one.treated.move.row.external_id for one in found[1:]} == waits - {"txn_lost"}
    assert all(one.sentence and one.remedy for one in found)
