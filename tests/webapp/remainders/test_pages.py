"""Letting go of what remains: its tax and entry before the decision, limits, and a second person above a sum."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from ledger.account import Account
from ledger.invoice import InvoiceLine
from ledger.money import Money
from posting import ruling
from posting.rules import Limit, Mode, Place, PostingRules, Role
from store.tables.posting import postings
from tests.reconcile.books.books import customer, invoice
from tests.webapp.queue.test_acts import plain
from tests.webapp.site import Site, Visitor


@pytest.fixture
def owed(site: Site) -> Site:
    """An invoice of 120.00 with 20.00 tax, of which 12.00 is open, and accounts for its rest."""
    books = site.books
    books.put(
        books.xero,
        customer("bob"),
        Account(external_id="disc", name="Discounts given", kind="expense", provider_type="EXPENSE", code="420"),
        Account(external_id="bad", name="Bad debts", kind="expense", provider_type="EXPENSE", code="430"),
        Account(external_id="ar", name="Debtors", kind="receivable", provider_type="CURRENT", system_role="receivable"),
        invoice(
            "INV-9001", 12_000, left=1_200, tax_total=Money(2_000, "GBP"),
            lines=(
                InvoiceLine(
                    position=1, amount=Money(10_000, "GBP"), tax=Money(2_000, "GBP"), tax_code="OUTPUT2", description="Work"
                ),
            ),
        ),
    )  # fmt: skip
    set_rules(site)
    return site


def set_rules(site: Site, **changed: Any) -> None:
    rules = PostingRules(
        mode=Mode.BY_HAND,
        places=(Place(role=Role.DISCOUNT, account="disc"), Place(role=Role.BAD_DEBT, account="bad")),
    )
    own = site.books.place
    ruling.save(
        site.app.database, own.organisation_id, own.entity_id, msgspec.structs.replace(rules, **changed), note="Set.",
        by="ann", now=site.books.now(),
    )  # fmt: skip


def page_of(site: Site) -> str:
    return f"/invoices/{site.books.invoice_id(site.books.xero, 'INV-9001')}/remains"


def decide(person: Visitor, site: Site, **data: str) -> str:
    page = page_of(site)
    content = {"csrf_token": person.token("/settings"), "open": "1200", **data}
    return plain(person.session.post(person.base + page, data=content, timeout=180).text)


def rows(site: Site) -> list[Any]:
    with site.app.database.read() as connection:
        return list(connection.execute(select(postings).order_by(postings.c.created_at)))


def test_the_entry_and_its_tax_are_shown_before_anything_is_decided(owed: Site) -> None:
    ann = owed.signed_in()
    link = f"/invoices/{owed.books.invoice_id(owed.books.xero, 'INV-9001')}"
    assert "What to do about the rest" in ann.shown(link)
    shown = ann.shown(f"{page_of(owed)}?kind=discount&amount=6.00").replace("\xa0", " ")
    assert "Credit note 6.00 GBP" in shown
    assert "420 Discounts given" in shown
    assert "1.00 GBP in 6.00 GBP" in shown
    assert "Stays open 6.00 GBP" in shown
    assert "is no amount in GBP" in ann.shown(f"{page_of(owed)}?kind=discount&amount=some")
    assert not rows(owed)


def test_decided_it_waits_under_ready_and_is_taken_back(owed: Site) -> None:
    ann = owed.signed_in()
    shown = decide(ann, owed, kind="discount", amount="12.00", note="Agreed by phone.")
    assert "Early-payment discount of GBP 12.00 waits under Posting, Ready." in shown
    row = rows(owed)[0]
    assert (row.state, row.cause_kind, row.amount_minor) == ("ready", "write_off", 1_200)
    listed = ann.shown("/posting/?tab=ready").replace("\xa0", " ")
    assert "Discount of INV-9001" in listed
    assert "Agreed by phone." in listed
    assert "Credit note 12.00 GBP" in listed
    ann.post(f"/remainders/{row.id}/withdraw", page="/settings")
    assert rows(owed)[0].state == "withdrawn"


def test_over_a_limit_it_is_refused_and_what_was_typed_stays(owed: Site) -> None:
    set_rules(owed, limits=(Limit(currency="GBP", most=10, per="month"),))
    ann = owed.signed_in()
    shown = decide(ann, owed, kind="discount", amount="12.00", note="Please.")
    assert "over the limit" in shown
    assert "What you typed stands below" in shown
    assert not rows(owed)


def test_above_a_sum_a_second_person_has_to_agree_and_never_the_same(owed: Site) -> None:
    set_rules(owed, second_above=(Limit(currency="GBP", most=5),))
    ann, bert = owed.signed_in("owner"), owed.signed_in("bookkeeper")
    assert "a second person must agree" in decide(ann, owed, kind="bad_debt", amount="12.00")
    row = rows(owed)[0]
    assert row.state == "awaiting"
    assert "You decided it; somebody else has to say yes." in ann.shown("/posting/?tab=second")
    own = {"seen": str(row.revision), "tab": "second"}
    mine = ann.session.post(
        f"{ann.base}/remainders/{row.id}/second", data={"csrf_token": ann.token("/settings"), **own}, timeout=180
    )
    assert "You have decided this already" in mine.text
    assert "Say yes as the second" in bert.shown("/posting/?tab=second")
    bert.post(f"/remainders/{row.id}/second", own, page="/settings")
    assert rows(owed)[0].state == "ready"


def test_what_changed_meanwhile_is_looked_at_again(owed: Site) -> None:
    ann = owed.signed_in()
    assert "has changed since you looked" in decide(ann, owed, kind="discount", amount="12.00", open="900")
    assert ann.get(page_of(owed).replace("/invoices/", "/invoices/0000")[:60]).status_code == 404
    reader = owed.signed_in("auditor")
    assert reader.post(page_of(owed), {"kind": "discount"}, page="/settings").status_code == 403
