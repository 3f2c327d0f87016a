"""What is applied to an invoice, and when it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ledger.allocation import Basis, SourceKind
from ledger.credit import CreditNote
from ledger.money import Money
from reconcile.books.past import Past
from reconcile.books.world import World
from store import tenancy
from tests.reconcile.books.books import DAY, applied, customer, invoice, payment
from tests.webapp.site import Site


def test_a_credit_that_an_earlier_payment_took_along_counts_from_its_own_day(site: Site) -> None:
    """The payment of the third was edited after the eighth, when there was the credit: in between that was not there."""
    given = DAY + timedelta(days=5)
    gbp = Money(1_000, "GBP")
    note = CreditNote(
        external_id="cn-1", number="CN-1", customer_external_id="bob", issued_on=given, total=gbp, tax_total=Money(0, "GBP"),
        open_amount=Money(0, "GBP"), status="applied",
    )  # fmt: skip
    cash = replace(applied("p1", "INV-1", 4_000), basis=Basis.DERIVED)
    credit = replace(
        applied("p1", "INV-1", 1_000), external_id="p1/cn-1", source_kind=SourceKind.CREDIT_NOTE,
        source_external_id="cn-1", basis=Basis.DERIVED,
    )  # fmt: skip
    site.books.put(site.books.xero, customer("bob"), invoice("INV-1", 5_000, left=0), payment("p1", 4_000), note)
    site.books.put(site.books.xero, cash, credit)
    own = site.books.invoice_id(site.books.xero, "INV-1")
    shown = site.signed_in().shown(f"/invoices/{own}")
    assert f"{given.day} {given:%b %Y}, the latest day of what takes part" in shown
    place = site.books.place
    with site.app.database.read() as connection:
        entity = tenancy.find_entity(connection, place.organisation_id, str(place.entity_id))
        past = Past.of(World.load(connection, place.organisation_id, entity), (), ())
    left = {
        day: next(row.open_amount_minor for row in past.on(DAY + timedelta(days=day)).rows["invoices"])
        for day in (2, 6)
    }
    assert left == {2: 1_000, 6: 0}
