"""The same sale in two systems is one debt: linked where that is certain, counted once, and parted for good by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.faults import NotFound, Refused
from ledger.invoice import Invoice
from ledger.money import Money
from receivables.ageing import age
from receivables.load import load_ledger
from receivables.open_items import open_on
from store.database import Database
from store.queries.exports.parts import Reader
from tests.reconcile.books.books import Books, charge, customer, invoice, make_books, mirrored

END = date(2026, 12, 31)


@pytest.fixture
def books(database: Database) -> Books:
    made = make_books(database)
    made.put(made.xero, customer("bob"), customer("eve", "Eve & Co", "eve@eve.example"))
    made.put(made.stripe, customer("cus_bob"), customer("cus_zed", "Zed", "zed@zed.example"))
    return made


def _owed(books: Books, role: str = "books") -> int:
    with books.database.read() as connection:
        ledger = load_ledger(Reader(connection, books.place.organisation_id, books.place.entity_id), role=role)
    return sum(row.total.minor for row in age(open_on(ledger.items, ledger.applications, END), END))


def test_by_the_id_that_one_names_of_the_other(books: Books) -> None:
    books.put(books.xero, invoice("INV-1", 1000, hints=("in_abcdefgh1",)))
    books.put(books.stripe, invoice("in_abcdefgh1", 1000, owner="cus_bob", number="S-1"))
    assert books.reconcile().linked == 1
    pair = (books.invoice_id(books.stripe, "in_abcdefgh1"), books.invoice_id(books.xero, "INV-1"))
    assert books.links() == {pair: ("linked", "provider_id")}
    assert books.reconcile().linked == 0


def test_by_the_ledgers_number_in_the_processors_metadata(books: Books) -> None:
    books.put(books.xero, invoice("INV-1", 1000))
    books.put(books.stripe, invoice("in_abcdefgh1", 1000, owner="cus_bob", number="S-1", hints=("number:INV-1",)))
    assert books.reconcile().linked == 1


def test_by_number_customer_and_total(books: Books) -> None:
    books.put(books.xero, invoice("x1", 1000, number="INV-7"))
    books.put(books.stripe, invoice("in_1", 1000, owner="cus_bob", number="inv 7"))
    assert books.reconcile().linked == 1
    assert next(iter(books.links().values())) == ("linked", "number")


def _of(own: Invoice, **changed: object) -> Invoice:
    return replace(own, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "twin",
    [
        pytest.param({"customer_external_id": "cus_zed"}, id="another customer"),
        pytest.param({"customer_external_id": None}, id="no customer"),
        pytest.param({"total": Money(1001, "GBP")}, id="another total"),
        pytest.param(
            {name: Money(1000, "USD") for name in ("total", "open_amount")} | {"tax_total": Money(0, "USD")},
            id="another currency",
        ),
        pytest.param({"number": "INV-77"}, id="another number"),
        pytest.param({"status": "void"}, id="void"),
        pytest.param({"status": "draft"}, id="draft"),
    ],
)
def test_not_linked_where_something_differs(books: Books, twin: dict[str, object]) -> None:
    books.put(books.xero, invoice("x1", 1000, number="INV-7"))
    books.put(books.stripe, _of(invoice("in_1", 1000, owner="cus_bob", number="INV-7"), **twin))
    assert books.reconcile().linked == 0


def test_two_that_fit_are_for_a_person(books: Books) -> None:
    books.put(books.xero, invoice("x1", 1000, number="INV-7"), invoice("x2", 1000, number="INV-7"))
    books.put(books.stripe, invoice("in_1", 1000, owner="cus_bob", number="INV-7"))
    assert books.reconcile().linked == 0


def test_a_persons_no_is_remembered_and_can_be_taken_back(books: Books) -> None:
    books.put(books.xero, invoice("INV-1", 1000, hints=("in_abcdefgh1",)))
    books.put(books.stripe, invoice("in_abcdefgh1", 1000, owner="cus_bob", number="INV-1"))
    books.reconcile()
    [(mirror, primary)] = books.links()
    deciding = books.deciding()
    deciding.link(mirror, primary, linked=False, now=books.now())
    assert books.reconcile().linked == 0
    assert books.links() == {(mirror, primary): ("unlinked", "person")}
    assert (_owed(books), _owed(books, "processor")) == (1000, 1000)
    deciding.link(mirror, primary, linked=True, now=books.now())
    assert books.links() == {(mirror, primary): ("linked", "person")}
    assert (_owed(books), _owed(books, "processor")) == (1000, 0)


def test_only_across_two_systems_of_one_entity(books: Books, database: Database) -> None:
    books.put(books.xero, invoice("x1", 1000), invoice("x2", 1000))
    one, two = books.invoice_id(books.xero, "x1"), books.invoice_id(books.xero, "x2")
    with pytest.raises(Refused, match="two systems"):
        books.deciding().link(one, two, linked=True, now=books.now())
    other = make_books(database, "Other")
    other.put(other.stripe, invoice("in_1", 1000))
    foreign = other.invoice_id(other.stripe, "in_1")
    with pytest.raises(NotFound):
        books.deciding().link(foreign, one, linked=True, now=books.now())


def test_a_debt_that_stands_twice_is_counted_once(books: Books) -> None:
    own, twins = mirrored(300)
    books.put(books.xero, *own)
    books.put(books.stripe, *twins, invoice("in_alone", 77, owner="cus_zed"))
    assert books.reconcile().linked == 300
    total = sum(item.total.minor for item in own)
    assert _owed(books) == total
    assert _owed(books, "processor") == 77


def test_paying_either_twin_closes_both(books: Books) -> None:
    own, twins = mirrored(300)
    books.put(books.xero, *own)
    books.put(books.stripe, *twins)
    # every second receipt names the ledger's number, the others the processor's
    books.put(
        books.stripe,
        *(charge(f"ch_{n:04}", 1000 + n, text=f"INV-{n:04}" if n % 2 else f"S-{n:04}") for n in range(300)),
    )
    books.settle()
    books.reconcile()
    for n in (0, 1, 150, 299):
        receipt = books.receipt(f"ch_{n:04}")
        assert receipt.status == "matched", (n, receipt.status_reason)
        [match] = books.proposals(f"ch_{n:04}")
        assert books.lines(match.id) == {books.invoice_id(books.xero, f"INV-{n:04}"): 1000 + n}
        books.deciding().accept(match.id, seen=receipt.revision, now=books.now())
    late = charge("ch_late", 1000, text="INV-0000 S-0000")
    books.put(books.stripe, late)
    books.settle()
    books.reconcile()
    assert books.receipt("ch_late").status in ("duplicate", "unmatched", "suggested")
    taken = books.invoice_id(books.xero, "INV-0000")
    assert all(taken not in books.lines(match.id) for match in books.proposals("ch_late"))


def test_a_voided_invoice_of_the_books_lets_its_mirror_go(books: Books) -> None:
    books.put(books.xero, invoice("INV-1", 1000))
    books.put(books.stripe, invoice("in_abcdefgh1", 1000, owner="cus_bob", number="INV-1"))
    assert books.reconcile().linked == 1
    books.put(books.xero, invoice("INV-1", 1000, left=0, status="void"))
    books.reconcile()
    assert books.links() == {}
