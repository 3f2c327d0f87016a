"""The connector against a stand-in that was written without it: the figures tie, and a pass finds what changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from connectors.port import Context, Page, Record, State, Value
from connectors.quickbooks.connector import QuickBooksConnector
from connectors.quickbooks.kinds import CHANGED
from ledger.account import Account
from ledger.allocation import Allocation
from ledger.company import Company
from ledger.credit import CreditNote
from ledger.faults import RateLimited
from ledger.invoice import Invoice
from ledger.journal import JournalLine
from ledger.payment import Payment
from tests.connectors.quickbooks.conftest import Stage

BOOKS_KINDS = frozenset(CHANGED)


def full(books: QuickBooksConnector) -> tuple[list[Record], dict[str, State]]:
    records: list[Record] = []
    states: dict[str, State] = {}
    for feed in books.feeds():
        for page in books.pull(feed, None):
            records += page.records
            states[feed] = json.loads(json.dumps(page.state))
    return records, states


def values(stage: Stage, books: QuickBooksConnector, records: Iterable[Record]) -> list[Value]:
    """All values, mapped as a pass would: the accounts first."""
    context = Context(provider="quickbooks", company_id=stage.held.tenant, home_currency="USD", time_zone="UTC")
    accounts = [books.map(record, context) for record in records if record.kind == "Account"]
    receivable = [
        value.external_id
        for mapped in accounts
        for value in mapped.values
        if isinstance(value, Account) and value.kind == "receivable"
    ]
    known = Context(
        provider="quickbooks", company_id=stage.held.tenant, home_currency="USD", time_zone="UTC",
        ar_accounts=frozenset(receivable),
    )  # fmt: skip
    mapped = [books.map(record, known) for record in records]
    assert [finding for one in mapped for finding in one.findings] == []
    return [value for one in mapped for value in one.values]


def owed(found: Iterable[Value]) -> dict[str, int]:
    """What each document still moves receivable by, in minor units of its own currency."""
    left: Counter[str] = Counter()
    for value in found:
        match value:
            case Invoice():
                left[value.external_id] += value.open_amount.minor
            case CreditNote():
                left[value.external_id] -= value.open_amount.minor
            case Payment() if value.kind != "refund":
                left[value.external_id] -= value.unapplied.minor
            case JournalLine():
                left[value.transaction_external_id] += value.amount.minor
            case Allocation():
                if value.target_kind == "journal":
                    left[value.target_external_id.split("/")[1]] -= value.amount.minor
                if value.source_kind == "journal":
                    left[value.source_external_id.split("/")[1]] += value.source_amount.minor
            case _:
                pass
    return {external_id: minor for external_id, minor in left.items() if minor}


def truth(stage: Stage) -> dict[str, int]:
    said: Mapping[str, Any] = stage.get(f"/_control/truth?tenant={stage.held.tenant}&on={stage.sandbox.today}")
    opens = {external_id: Decimal(item["open"]) for external_id, item in said["documents"].items()}
    return {external_id: int(amount.scaleb(2)) for external_id, amount in opens.items() if amount}


def test_a_full_pass_ties_out_to_the_stand_ins_own_ageing(stage: Stage) -> None:
    books = stage.connector()
    records, _ = full(books)

    assert owed(values(stage, books, records)) == truth(stage)
    counted = Counter(record.kind for record in records)
    counts = stage.get(f"/_control/counts?tenant={stage.held.tenant}")
    assert {kind: counts[kind] for kind in books.kinds} == dict(counted)


def test_allocations_come_to_what_the_documents_say(stage: Stage) -> None:
    books = stage.connector()
    found = values(stage, books, full(books)[0])

    paid: Counter[tuple[str, str]] = Counter()
    for value in found:
        if isinstance(value, Allocation):
            paid[value.target_kind, value.target_external_id] += value.amount.minor
            paid[value.source_kind, value.source_external_id] += value.source_amount.minor
    for value in found:
        if isinstance(value, Invoice) and value.status != "void":
            taken = paid["invoice", value.external_id]
            assert value.total.minor - value.open_amount.minor == taken
        if isinstance(value, Payment) and value.kind == "payment":
            assert value.amount.minor - value.unapplied.minor == paid["payment", value.external_id]


def test_the_company_is_named_with_its_home_currency(stage: Stage) -> None:
    company = stage.connector().company()

    assert (company.external_id, company.name) == (stage.held.tenant, stage.held.name)
    assert (company.home_currency, company.multi_currency) == ("USD", True)


def test_a_pass_brings_changes_and_deletions_alone(stage: Stage) -> None:
    books = stage.connector()
    _, states = full(books)
    stage.sandbox.clock.advance(600)
    states = {"books": list(books.pull("books", states["books"]))[-1].state}
    customer = stage.change("new_customer", name="Fir & Sons", email="fir@example.test", key="fir")
    invoice = stage.change("new_invoice", customer="fir", amount="80.00", number="F-1", due_on="2027-01-01", key="f-1")
    kept = stage.change("pay_invoice", invoice="f-1", amount="30", on="2026-11-19", key="f-pay")
    lost = stage.change("pay_invoice", invoice="f-1", amount="10", on="2026-11-19", key="f-gone")
    stage.change("delete_payment", payment="f-gone")

    [page] = list(books.pull("books", states["books"]))

    brought = {(record.kind, record.external_id): record.deleted for record in page.records}
    assert brought["Customer", customer["id"]] is False
    assert brought["Invoice", invoice["id"]] is False
    assert brought["Payment", kept["id"]] is False
    assert brought["Payment", lost["id"]] is True
    again, _ = full(books)
    assert owed(values(stage, books, again)) == truth(stage)


def test_a_new_lock_date_comes_with_the_next_pass(stage: Stage) -> None:
    books = stage.connector()
    full(books)
    stage.change("close_books", on="2026-06-30")

    [page] = list(books.pull("reference", {"read": True}))

    [company] = [value for value in values(stage, books, page.records) if isinstance(value, Company)]
    assert str(company.lock_date) == "2026-06-30"


def test_reading_by_id_finds_what_is_there_and_what_is_gone(stage: Stage) -> None:
    books = stage.connector()
    records, _ = full(books)
    some = [record.external_id for record in records if record.kind == "Invoice"][:3]

    [page] = list(books.read("Invoice", [*some, "999999999"]))

    assert {(record.external_id, record.deleted) for record in page.records} == {
        *((external_id, False) for external_id in some),
        ("999999999", True),
    }


def pages_of(stage: Stage, kind: str) -> list[Page]:
    return list(stage.connector().read(kind, ["1"]))


@pytest.mark.parametrize("kind", ["xml429", "429"])
def test_a_pass_that_was_throttled_goes_on_where_it_was(stage: Stage, kind: str) -> None:
    books = stage.connector()
    before, _ = full(books)
    # planned before the pass begins: lists are read side by side, so "after two pages" is no moment
    stage.misbehave(kind=kind, path="/query", times=1, every=3, headers={"Retry-After": "90"})
    pages: list[Page] = []
    with pytest.raises(RateLimited) as caught:
        pages.extend(books.pull("books", None))  # what was under way beside the refused call still comes
    assert pages
    pages += books.pull("books", json.loads(json.dumps(pages[-1].state)))

    assert caught.value.retry_after_seconds in {60, 90}
    expected = {(one.kind, one.external_id) for one in before if one.kind in BOOKS_KINDS}
    assert {(one.kind, one.external_id) for page in pages for one in page.records} == expected
    assert pages[-1].complete == CHANGED


@pytest.mark.parametrize("kind", ["500", "cut", "malformed", "html"])
def test_a_broken_answer_is_asked_for_again(stage: Stage, kind: str) -> None:
    books = stage.connector()
    stage.misbehave(kind=kind, path="/query", times=1)

    [page] = list(books.read("Customer", ["1"]))

    assert [(one.external_id, one.deleted) for one in page.records] == [("1", False)]


def test_the_company_is_read_as_one(stage: Stage) -> None:
    [page] = pages_of(stage, "Preferences")

    assert {record.kind for record in page.records} == {"CompanyInfo", "Preferences"}
