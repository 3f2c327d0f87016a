"""What is deliberately changed at a ledger is named with its cause, and what is the same ties out, at few calls."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select, update

from ledger.faults import Refused
from ledger.money import Money
from proving.verify.differences import Cause, Check, Difference
from proving.verify.run import Verified
from runtime.proving import verify_connection
from store import verifications
from store.audit import entries, first_broken
from store.scope import Scope
from store.tables.intake import records
from store.tables.posting import entries as entries_table
from store.tables.posting import postings
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections
from store.tenancy import new_id
from tests.proving.conftest import Books

LEDGERS = ("quickbooks", "xero")
CALLS = {"quickbooks": 5, "xero": 15, "stripe": 20}


@pytest.fixture(autouse=True)
def _fresh(books: Books) -> None:
    """Each test begins where everything ties out."""
    books.sync()


def only(found: Verified, check: Check) -> Difference:
    rows = [row for row in found.rows if row.check is check]
    assert len(rows) == 1, rows
    return rows[0]


def kept(books: Books, found: Verified) -> list[Any]:
    with books.place.app.database.read() as connection:
        return verifications.rows_of(connection, books.place.organisation_id, found.id)


@pytest.mark.parametrize("provider", [*LEDGERS, "stripe"])
def test_what_is_the_same_ties_out_at_few_calls(books: Books, provider: str) -> None:
    found = books.verify(provider)
    assert (found.state, found.rows) == ("tied", ())
    assert found.calls <= CALLS[provider]
    row = books.row(provider)
    with books.place.app.database.read() as connection:
        last = verifications.last_ended(connection, Scope(row.organisation_id, row.id))
        acts = entries(connection, row.organisation_id, limit=3)
    assert last is not None
    assert (last.id, last.state, last.calls, last.asked_by) == (found.id, "tied", found.calls, "ann@example.com")
    assert row.last_verified_at == last.ended_at
    assert "books.verify" in {act.verb for act in acts}
    if provider in LEDGERS:
        assert found.totals["customer"]["compared"] > 40
        assert found.totals["control"]["ours"] == found.totals["control"]["theirs"]
        assert len(found.totals["count"]["kinds"]) > 6
    else:
        assert found.totals["funds"]["compared"] >= 1


@pytest.mark.parametrize("provider", LEDGERS)
def test_a_changed_invoice_is_named(books: Books, provider: str) -> None:
    chosen = books.open_invoices(provider)[0]
    books.change(provider, "edit_invoice", invoice=chosen.external_id, amount="7.77")
    found = books.verify(provider)
    home = chosen.currency
    assert found.state == "differs"
    customer, control, document = (only(found, check) for check in (Check.CUSTOMER, Check.CONTROL, Check.DOCUMENT))
    assert {row.cause for row in (customer, control, document)} == {Cause.CHANGED_THERE}
    assert customer.subject == chosen.customer_external_id
    assert document.subject == chosen.external_id
    assert (document.ours, document.theirs) == (Money(chosen.total_minor, home), Money(777, home))
    apart = 777 - chosen.total_minor
    for row in (customer, control):
        assert row.ours is not None
        assert row.theirs is not None
        assert row.theirs.minor - row.ours.minor == apart
    assert chosen.number in document.words
    rows = kept(books, found)
    assert [row.cause for row in rows] == ["changed_there"] * 3
    assert all(row.remedy for row in rows)


@pytest.mark.parametrize(
    ("verb", "cause", "word"),
    [("void_invoice", Cause.VOIDED_THERE, "voided"), ("delete_invoice", Cause.DELETED_THERE, "deleted")],
)
def test_an_invoice_that_went_in_quickbooks_is_named(books: Books, verb: str, cause: Cause, word: str) -> None:
    chosen = books.open_invoices("quickbooks")[1]
    books.change("quickbooks", verb, invoice=chosen.external_id)
    found = books.verify("quickbooks")
    document = only(found, Check.DOCUMENT)
    assert (document.cause, document.subject, document.theirs) == (cause, chosen.external_id, None)
    assert f"was {word} in QuickBooks" in document.words
    assert only(found, Check.CUSTOMER).cause is cause
    counts = [row for row in found.rows if row.check is Check.COUNT]
    assert [row.cause for row in counts] == ([Cause.NOT_SYNCED] if cause is Cause.DELETED_THERE else [])


def test_a_void_and_a_deleted_payment_in_xero_are_named(books: Books) -> None:
    chosen = books.open_invoices("xero")[1]
    books.change("xero", "void_invoice", invoice=chosen.external_id)
    paid = books.change("xero", "pay_invoice", invoice=books.open_invoices("xero")[2].external_id, amount="10.00")
    found = books.verify("xero")
    by_subject = {row.subject: row.cause for row in found.rows if row.check is Check.DOCUMENT}
    assert by_subject == {chosen.external_id: Cause.VOIDED_THERE, paid["id"]: Cause.OTHER_POSTER}
    books.sync()
    books.change("xero", "delete_payment", payment=paid["id"])
    document = only(books.verify("xero"), Check.DOCUMENT)
    assert (document.subject, document.cause) == (paid["id"], Cause.DELETED_THERE)
    assert document.ours == Money(-1000, "GBP")


@pytest.mark.parametrize("provider", LEDGERS)
def test_a_payment_by_somebody_else_is_named(books: Books, provider: str) -> None:
    chosen = books.open_invoices(provider)[3]
    paid = books.change(provider, "pay_invoice", invoice=chosen.external_id, amount="12.34")
    found = books.verify(provider)
    document, customer = only(found, Check.DOCUMENT), only(found, Check.CUSTOMER)
    assert (document.subject, document.cause) == (paid["id"], Cause.OTHER_POSTER)
    assert customer.cause is Cause.OTHER_POSTER
    assert "not by Tieout" in document.words
    assert only(found, Check.COUNT).cause is Cause.NOT_SYNCED


@pytest.mark.parametrize("provider", LEDGERS)
def test_a_credit_applied_elsewhere_is_named_though_every_customer_agrees(books: Books, provider: str) -> None:
    chosen = books.open_invoices(provider)[4]
    party = "customer" if provider == "quickbooks" else "contact"
    credit = books.change(provider, "credit", **{party: chosen.customer_external_id}, amount="5.00")
    books.sync()
    books.change(provider, "apply_credit", credit=credit["id"], invoice=chosen.external_id)
    found = books.verify(provider)
    document = only(found, Check.DOCUMENT)
    assert document.cause is Cause.CREDITS_MOVED
    assert chosen.number in document.words
    assert not [row for row in found.rows if row.check in (Check.CUSTOMER, Check.CONTROL)]


@pytest.mark.parametrize("provider", LEDGERS)
def test_a_new_invoice_is_not_synced_yet_and_a_sync_is_the_remedy(books: Books, provider: str) -> None:
    chosen = books.open_invoices(provider)[0]
    party = "customer" if provider == "quickbooks" else "contact"
    books.change(provider, "new_invoice", **{party: chosen.customer_external_id}, amount="31.00")
    found = books.verify(provider)
    assert {row.cause for row in found.rows} == {Cause.NOT_SYNCED}
    assert "Sync" in only(found, Check.DOCUMENT).to_do
    books.sync()
    assert books.verify(provider).state == "tied"


@pytest.mark.parametrize("provider", LEDGERS)
def test_what_no_feed_tells_of_is_found_among_the_customer_s_documents(books: Books, provider: str) -> None:
    """The store itself is wrong, with nothing new at the provider: the customer's documents are looked at one by one."""
    chosen = books.open_invoices(provider)[5]
    table = NOUN_NAMED["invoices"].table
    where = (table.c.id == chosen.id) & (table.c.organisation_id == chosen.organisation_id)

    def put(minor: int) -> None:
        with books.place.app.database.write() as connection:
            connection.execute(
                update(table)
                .where(where)
                .values(
                    total_minor=minor,
                    open_amount_minor=minor,
                    home_total_minor=minor and chosen.home_total_minor and minor,
                )
            )

    put(chosen.total_minor + 100)
    try:
        found = books.verify(provider)
    finally:
        put(chosen.total_minor)
    document = only(found, Check.DOCUMENT)
    assert (document.subject, document.cause) == (chosen.external_id, Cause.CHANGED_THERE)
    assert only(found, Check.CUSTOMER).detail["unexplained"] == "0.00"


def test_a_posted_record_that_was_deleted_is_named_as_ours(books: Books) -> None:
    chosen = books.open_invoices("quickbooks")[6]
    paid = books.change("quickbooks", "pay_invoice", invoice=chosen.external_id, amount="15.00")
    books.sync()
    write_id = _as_posted(books, "quickbooks", "Payment", paid["id"], 1500, chosen.external_id)
    assert books.verify("quickbooks").state == "tied"
    books.change("quickbooks", "delete_payment", payment=paid["id"])
    found = only(books.verify("quickbooks"), Check.POSTED)
    assert (found.subject, found.cause) == (paid["id"], Cause.DELETED_THERE)
    assert write_id in found.words
    with books.place.app.database.write() as connection:
        connection.execute(update(entries_table).where(entries_table.c.write_id == write_id).values(state="ended"))


def test_a_posted_payment_applied_elsewhere_is_named_as_ours(books: Books) -> None:
    first, second = books.open_invoices("quickbooks")[7:9]
    paid = books.change("quickbooks", "pay_customer", customer=first.customer_external_id, amount="9.00")
    books.sync()
    write_id = _as_posted(books, "quickbooks", "Payment", paid["id"], 900, second.external_id)
    found = only(books.verify("quickbooks"), Check.POSTED)
    assert (found.subject, found.cause) == (paid["id"], Cause.CREDITS_MOVED)
    with books.place.app.database.write() as connection:
        connection.execute(update(entries_table).where(entries_table.c.write_id == write_id).values(state="ended"))


def test_the_bank_s_side_of_an_overpayment_is_counted_and_is_no_deletion(books: Books) -> None:
    chosen = books.open_invoices("xero")[6]
    paid = books.change("xero", "overpay", contact=chosen.customer_external_id, amount="17.00")
    found = books.verify("xero")
    counts = {row.subject: row.cause for row in found.rows if row.check is Check.COUNT}
    assert counts == {"BankTransactions": Cause.NOT_SYNCED, "Overpayments": Cause.NOT_SYNCED}
    books.sync()
    with books.place.app.database.read() as connection:
        where = (records.c.connection_id == books.row("xero").id) & (records.c.kind == "BankTransactions")
        bank = connection.execute(
            select(records.c.external_id).where(where).order_by(records.c.recorded_at.desc()).limit(1)
        ).scalar_one()
    parts = [["Overpayments", paid["id"]]]
    write_id = _as_posted(books, "xero", "BankTransactions", bank, 1700, chosen.external_id, parts)
    assert books.verify("xero").state == "tied"
    with books.place.app.database.write() as connection:
        connection.execute(update(entries_table).where(entries_table.c.write_id == write_id).values(state="ended"))


def test_a_document_moved_over_the_day_is_told_by_its_date(books: Books) -> None:
    chosen = books.open_invoices("quickbooks")[9]
    later = books.sandbox.today + timedelta(days=40)
    _on_another_day(books, chosen.external_id, later)
    found = books.verify("quickbooks")
    document = only(found, Check.DOCUMENT)
    assert document.cause is Cause.CHANGED_THERE
    assert document.detail["facts"]["date"] == [chosen.issued_on.isoformat(), later.isoformat()]
    for row in (only(found, Check.CUSTOMER), only(found, Check.CONTROL)):
        assert row.cause is Cause.CHANGED_THERE
        assert row.ours is not None
        assert row.theirs is not None
        assert row.ours.minor - row.theirs.minor == chosen.total_minor
    assert only(found, Check.CUSTOMER).detail["unexplained"] == "0.00"
    books.sync()
    assert books.verify("quickbooks").state == "tied"


def _on_another_day(books: Books, invoice: str, day: date) -> None:
    """By QuickBooks' own API: people there may do it, too."""
    row = books.row("quickbooks")
    held = next(one for one in books.sandbox.connections() if one.provider == "quickbooks")
    address = f"{books.settings['TIEOUT_QUICKBOOKS_API_BASE']}/company/{row.company_id}/invoice"
    heads = {
        "Authorization": f"Bearer {books.sandbox.credentials(held)['access_token']}", "Accept": "application/json",
        "Content-Type": "application/json",
    }  # fmt: skip
    with urlopen(Request(f"{address}/{invoice}", headers=heads)) as answer:
        stands = json.load(answer)["Invoice"]
    body = {"Id": invoice, "SyncToken": stands["SyncToken"], "sparse": True, "TxnDate": day.isoformat()}
    with urlopen(Request(address, json.dumps(body).encode(), heads)) as answer:
        assert json.load(answer)["Invoice"]["TxnDate"] == day.isoformat()


def test_a_company_that_applies_credits_by_itself_is_warned_of(books: Books) -> None:
    assert books.verify("quickbooks").notes == ()
    books.change("quickbooks", "prefer", auto_apply_credit=True)
    try:
        books.sync()
        (note,) = books.verify("quickbooks").notes
        assert note.startswith("QuickBooks applies credits to invoices by itself")
        chosen = books.open_invoices("quickbooks")[10]
        books.change("quickbooks", "credit", customer=chosen.customer_external_id, amount="6.00")
        books.sync()
        books.change("quickbooks", "new_invoice", customer=chosen.customer_external_id, amount="40.00")
        causes = {row.cause for row in books.verify("quickbooks").rows if row.check is Check.DOCUMENT}
        assert Cause.NOT_SYNCED in causes
        books.sync()
        assert books.verify("quickbooks").state == "tied"
    finally:
        books.change("quickbooks", "prefer", auto_apply_credit=False)


def test_what_a_sync_brings_while_it_is_verified_is_no_difference(books: Books) -> None:
    chosen = books.open_invoices("quickbooks")[0]
    books.change("quickbooks", "new_invoice", customer=chosen.customer_external_id, amount="33.00")
    synced: list[str] = []

    def meanwhile(what: str) -> None:
        if not synced:
            synced.append(what)
            books.sync()

    place = books.place
    own = books.row("quickbooks").id
    found = verify_connection(place.app, place.organisation_id, own, by="ann@example.com", report=meanwhile)
    assert synced
    assert (found.state, found.rows) == ("tied", ())


def test_customers_of_a_past_day_in_xero_are_said_to_stand_as_now(books: Books) -> None:
    place = books.place
    day = books.sandbox.today - timedelta(days=45)
    found = verify_connection(place.app, place.organisation_id, books.row("xero").id, by="ann@example.com", on=day)
    assert any(f"of {day:%d %b %Y} the control account" in words for words in found.not_compared)
    assert not any("control account" in words for words in books.verify("xero").not_compared)


def _as_posted(
    books: Books,
    provider: str,
    kind: str,
    external_id: str,
    minor: int,
    invoice: str,
    parts: Sequence[Sequence[str]] = (),
) -> str:
    """An entry that says that Tieout made this record."""
    row, now = books.row(provider), books.place.app.clock.now()
    posting, entry = new_id(now), new_id(now)
    write_id = f"T{entry.hex[-15:].upper()}"
    money = {"currency": "USD", "amount_minor": minor, "dated_on": now.date(), "created_at": now, "updated_at": now}
    whose = {"organisation_id": row.organisation_id, "connection_id": row.id}
    paid = {
        "role": "pays",
        "amount": {"minor": minor, "currency": "USD"},
        "document": {"kind": "invoice", "external_id": invoice},
    }
    with books.place.app.database.write() as connection:
        connection.execute(
            postings.insert().values(
                **whose, **money, id=posting, entity_id=row.entity_id, cause_kind="match", cause_id=str(posting), state="posted",
                choices={}, attempts=1, approved_by="ann@example.com", revision=1,
            )
        )  # fmt: skip
        connection.execute(
            entries_table.insert().values(
                **whose, **money, id=entry, posting_id=posting, position=1, write_id=write_id, kind="receipt", state="posted",
                body={"lines": [paid]}, record_kind=kind, external_id=external_id, posted_at=now,
                standing={"kind": kind, "external_id": external_id, "amount": {"minor": minor, "currency": "USD"}, "parts": [*parts]},
            )
        )  # fmt: skip
    return write_id


def test_before_the_first_sync_nothing_is_compared_and_that_is_kept(books: Books) -> None:
    row = books.row("xero")
    where = (connections.c.id == row.id) & (connections.c.organisation_id == row.organisation_id)

    def put(moment: Any) -> None:
        with books.place.app.database.write() as connection:
            connection.execute(update(connections).where(where).values(last_synced_at=moment))

    put(None)
    try:
        with pytest.raises(Refused, match="sync"):
            books.verify("xero")
    finally:
        put(row.last_synced_at)
    with books.place.app.database.read() as connection:
        last = verifications.newest(connection, row.organisation_id)[row.id]
    assert (last.state, last.calls) == ("failed", 0)
    assert "sync" in str(last.problem)


def test_the_audit_chain_holds(books: Books) -> None:
    with books.place.app.database.read() as connection:
        assert first_broken(connection, books.place.organisation_id) is None
        assert connection.execute(select(connections.c.id)).first() is not None
