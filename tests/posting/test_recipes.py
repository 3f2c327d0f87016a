"""Each recipe against both ledgers' stand-ins: it stands there as planned, and its undo restores what was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from bench.posting.desk import CENTS, PERSON, Desk
from ledger.faults import Refused
from ledger.money import Money
from ledger.posting import Cause
from posting.planning.books import Books, books_of
from posting.refusal import NotPosted
from posting.remainders.deciding import decide
from posting.remainders.kinds import Remainder
from posting.rules import Mode, Place, PostingRules, Role
from posting.ruling import load, save
from posting.undo import reversing
from posting.undo.acts import ask, redo
from posting.undo.bound import refuse_if_bound
from posting.undo.preview import UNDO, preview
from reconcile.books.by_hand import match_by_hand
from reconcile.books.decisions import Deciding
from runtime.statements import bring_in
from store import outbox
from store.matches import add_match, find_match, lines_of
from store.queries.documents import find_receipt
from store.tables.matching import match_lines, receipts
from store.tables.posting import postings
from store.tables.pulled import NOUN_NAMED
from sync.statements.plan import Asked

INVOICES, CREDITS = NOUN_NAMED["invoices"].table, NOUN_NAMED["credit_notes"].table
NAMES = {
    "quickbooks": {
        Role.BANK: "Checking", Role.BANK_FEE: "Stripe Fees", Role.WITHHOLDING: "Tax Withheld By Customers",
        Role.ROUNDING: "Office Expenses", Role.DISCOUNT: "Sales of Product Income", Role.BAD_DEBT: "Bad Debts",
    },
    "xero": {
        Role.BANK: "Business Current Account", Role.BANK_FEE: "Card Processing Fees",
        Role.WITHHOLDING: "Withheld by Customers", Role.ROUNDING: "Card Processing Fees", Role.DISCOUNT: "Sales",
        Role.BAD_DEBT: "General Expenses", Role.SUSPENSE: "Suspense",
    },
}  # fmt: skip


@dataclass
class Shop:
    """The desk with an account for everything. Invoice n is INV-(1000+n), of customer n % 8, of 100.00 and n cents."""

    desk: Desk

    def books(self) -> Books:
        desk = self.desk
        with desk.database.read() as connection:
            rules, _ = load(connection, desk.organisation_id, desk.entity_id)
            return books_of(connection, desk.organisation_id, desk.connection_id, rules, now=desk.app.clock.now())

    def invoice(self, n: int) -> UUID:
        return self.document(INVOICES, f"INV-{1000 + n}")

    def document(self, table: Any, number: str) -> UUID:
        with self.desk.database.read() as connection:
            own: UUID = connection.execute(select(table.c.id).where(table.c.number == number)).scalar_one()
        return own

    def document_of(self, number: str) -> UUID:
        return self.document(INVOICES, number)

    def open(self, n: int) -> int:
        return self.open_of(f"INV-{1000 + n}")

    def open_of(self, number: str) -> int:
        with self.desk.database.read() as connection:
            left: int = connection.execute(
                select(INVOICES.c.open_amount_minor).where(INVOICES.c.number == number)
            ).scalar_one()
        return left

    def receipt(self, cents: int, text: str = "") -> Any:
        """A line of the bank that names nothing which the matcher could act upon."""
        self.desk.bank([("Somebody", text or f"transfer {cents}", cents)], name=f"{cents}{text}.csv")
        with self.desk.database.read() as connection:
            return connection.execute(
                select(receipts)
                .where(receipts.c.amount_minor == cents)
                .order_by(receipts.c.recorded_at.desc())
                .limit(1)
            ).one()

    def match(self, receipt: Any, *numbers: int, short: int = 0, kind: str = "") -> Any:
        """A person's match; what the first invoice is short of is told as the matcher tells it."""
        deciding = self.desk.deciding()
        match_id, _ = match_by_hand(
            deciding,
            receipt.id,
            [self.invoice(n) for n in numbers],
            seen=receipt.revision,
            now=self.desk.app.clock.now(),
        )
        with self.desk.database.write() as connection:
            if kind:
                connection.execute(
                    update(match_lines)
                    .where(match_lines.c.match_id == match_id, match_lines.c.position == 1)
                    .values(residual_minor=short, residual_kind=kind)
                )
            return outbox.of_cause(connection, self.desk.organisation_id, Cause.MATCH, str(match_id))

    def post(self) -> Any:
        self.desk.ask()
        return self.desk.post()

    def again(self, posting_id: UUID) -> Any:
        with self.desk.database.read() as connection:
            return outbox.find(connection, self.desk.organisation_id, posting_id)

    def undo(self, posting_id: UUID) -> None:
        books = self.books()
        with self.desk.database.read() as connection:
            (line,) = preview(connection, books, [posting_id]).lines
        assert (line.way, line.refusal) == (UNDO, None)
        ask(self.desk.database, books, [posting_id], by=PERSON, now=self.desk.app.clock.now())
        self.desk.post()

    def counted(self) -> dict[str, int]:
        """What stands at the stand-in, by kind: voided and deleted ones are not counted."""
        store = self.desk.stand.records[self.desk.tenant]
        kinds = (
            ("Payment", "Deposit", "CreditMemo", "JournalEntry")
            if self.desk.provider == "quickbooks"
            else ("Payments", "BatchPayments", "Overpayments", "CreditNotes", "BankTransactions", "Invoices")
        )
        return {kind: sum(_stands(one) for one in store.all(kind)) for kind in kinds}


def _stands(record: Any) -> bool:
    if record.get("Status") in ("DELETED", "VOIDED"):
        return False
    return "Voided" not in record.get("PrivateNote", "")


@pytest.fixture
def shop(desk: Desk) -> Shop:
    places = tuple(Place(role=role, account=desk.account(name)) for role, name in NAMES[desk.provider].items())
    if desk.provider == "quickbooks":
        item = desk.stand.records[desk.tenant].all("Item")[0]["Id"]
        places = tuple(
            Place(role=one.role, account=one.account, item=item) if one.role in (Role.DISCOUNT, Role.BAD_DEBT) else one
            for one in places
        )
    rules = PostingRules(mode=Mode.BY_HAND, places=places)
    save(
        desk.database, desk.organisation_id, desk.entity_id, rules, note="set up", by=PERSON, now=desk.app.clock.now()
    )  # fmt: skip
    return Shop(desk)


def stands_and_is_undone(shop: Shop, posting_id: UUID, numbers: dict[int, int], before: dict[str, int]) -> None:
    """`numbers`: what is open of each invoice once it stands."""
    done = shop.post()
    row = shop.again(posting_id)
    assert (row.state, row.reason) == ("posted", None), row.reason
    assert done.failed == 0
    assert {n: shop.open(n) for n in numbers} == numbers
    shop.undo(posting_id)
    row = shop.again(posting_id)
    assert (row.state, row.reason) == ("undone", None), row.reason
    assert {n: shop.open(n) for n in numbers} == {n: CENTS + n for n in numbers}
    assert shop.counted() == before


def test_one_invoice(shop: Shop) -> None:
    before = shop.counted()
    posting = shop.match(shop.receipt(CENTS), 0)
    stands_and_is_undone(shop, posting.id, {0: 0}, before)


def test_several_invoices_of_one_customer(shop: Shop) -> None:
    before = shop.counted()
    posting = shop.match(shop.receipt(2 * CENTS + 8), 0, 8)
    stands_and_is_undone(shop, posting.id, {0: 0, 8: 0}, before)


def test_several_customers_are_one_bank_line(shop: Shop) -> None:
    before = shop.counted()
    posting = shop.match(shop.receipt(2 * CENTS + 3), 1, 2)
    stands_and_is_undone(shop, posting.id, {1: 0, 2: 0}, before)


def test_a_remainder_stays_the_customers_credit(shop: Shop) -> None:
    before = shop.counted()
    posting = shop.match(shop.receipt(CENTS + 2_500), 0)
    stands_and_is_undone(shop, posting.id, {0: 0}, before)


@pytest.mark.parametrize("kind", ["fee", "withholding"])
def test_short_by_a_fee_or_by_withheld_tax(shop: Shop, kind: str) -> None:
    before = shop.counted()
    posting = shop.match(shop.receipt(CENTS - 1_500), 0, short=1_500, kind=kind)
    stands_and_is_undone(shop, posting.id, {0: 0}, before)


def test_a_credit_note_is_netted(shop: Shop) -> None:
    desk = shop.desk
    desk.stand.change(desk.tenant, "credit", {"customer": "cust0", "amount": "30.00", "number": "CN-1"})
    desk.sync()
    before = shop.counted()
    receipt = shop.receipt(CENTS - 3_000)
    posting = netted(shop, receipt, shop.invoice(0), shop.document(CREDITS, "CN-1"), CENTS, 3_000)
    stands_and_is_undone(shop, posting.id, {0: 0}, before)


def netted(shop: Shop, receipt: Any, invoice: UUID, credit: UUID, minor: int, credited: int) -> Any:
    """As the matcher proposes it: the invoice whole, the credit note against it."""
    desk, now = shop.desk, shop.desk.app.clock.now()
    match_id = UUID(int=9_000)
    row = {
        "organisation_id": desk.organisation_id, "id": match_id, "entity_id": desk.entity_id, "receipt_id": receipt.id,
        "rank": 1, "decision": "suggest", "confidence": 0.9, "reason": "A credit note was taken off.", "reasons": [],
        "state": "proposed", "policy_version": "",
    }  # fmt: skip
    lines = [
        {"document_id": own, "document_noun": noun, "currency": receipt.currency, "applied_minor": applied}
        for own, noun, applied in ((invoice, "invoices", minor), (credit, "credit_notes", -credited))
    ]
    deciding = Deciding(desk.database, desk.organisation_id, PERSON)
    with desk.database.write() as connection:
        add_match(connection, row, lines, by="test", now=now)
        seen = find_receipt(connection, desk.organisation_id, receipt.id).revision
    deciding.accept(match_id, seen=seen, now=now)
    with desk.database.read() as connection:
        assert len(lines_of(connection, desk.organisation_id, match_id)) == 2
        return outbox.of_cause(connection, desk.organisation_id, Cause.MATCH, str(match_id))


@pytest.mark.parametrize(
    "kind",
    [Remainder.DISCOUNT, Remainder.BAD_DEBT, Remainder.BANK_FEE, Remainder.WITHHOLDING, Remainder.ROUNDING],
    ids=lambda kind: kind.value,
)
def test_what_remains_is_let_go_of(shop: Shop, kind: Remainder) -> None:
    desk, before, currency = shop.desk, shop.counted(), shop.books().home
    own, _ = decide(
        desk.database, shop.books(), shop.invoice(3), kind, Money(5, currency), by=PERSON, now=desk.app.clock.now()
    )  # fmt: skip
    stands_and_is_undone(shop, own, {3: CENTS + 3 - 5}, before)


def test_unapplied_money_of_the_books_is_allocated(shop: Shop) -> None:
    desk = shop.desk
    verb = {"quickbooks": "pay_customer", "xero": "overpay"}[desk.provider]
    desk.stand.change(desk.tenant, verb, {"customer": "cust4", "amount": "150.00"})
    desk.sync()
    with desk.database.read() as connection:
        receipt = connection.execute(select(receipts).where(receipts.c.amount_minor == 15_000)).one()
    before = shop.counted()
    posting = shop.match(receipt, 4)
    stands_and_is_undone(shop, posting.id, {4: 0}, before)


def test_a_payment_that_went_back_is_a_new_event(shop: Shop) -> None:
    desk = shop.desk
    posting = shop.match(swift(shop, "C", CENTS + 5), 5)
    shop.post()
    assert shop.again(posting.id).state == "posted"
    back = swift(shop, "RC", -(CENTS + 5))
    books = shop.books()
    with desk.database.read() as connection:
        (original,) = reversing.originals(connection, books, back.id)
    own = reversing.decide(desk.database, books, back.id, original.posting_id, by=PERSON, now=desk.app.clock.now())
    before = shop.counted()
    shop.post()
    row = shop.again(own)
    assert (row.state, row.reason) == ("posted", None), row.reason
    assert shop.open(5) == 0  # the original stands
    assert _of(shop, posting) == ("posted", "reversed", "reversed", "not_a_payment", 0)
    with desk.database.read() as connection, pytest.raises(NotPosted, match="its reversal is booked"):
        refuse_if_bound(connection, books, shop.again(posting.id))
    shop.undo(own)
    assert (shop.again(own).state, shop.counted()) == ("undone", before)
    assert _of(shop, posting) == ("posted", "posted", "posted", "matched", 0)
    with desk.database.read() as connection:
        assert find_receipt(connection, desk.organisation_id, back.id).status == "unmatched"
        assert [one.posting_id for one in reversing.originals(connection, books, back.id)] == [posting.id]

    again = redo(desk.database, desk.organisation_id, own, by=PERSON, now=desk.app.clock.now())
    with pytest.raises(Refused, match="Another reversal"):
        redo(desk.database, desk.organisation_id, own, by=PERSON, now=desk.app.clock.now())
    shop.post()
    assert shop.again(again).state == "posted"
    assert _of(shop, posting) == ("posted", "reversed", "reversed", "not_a_payment", 0)


def _of(shop: Shop, posting: Any) -> tuple[str, str, str, str, int]:
    """A posting's state, its match's, and its receipt's post status, status and unapplied money."""
    own = shop.desk.organisation_id
    with shop.desk.database.read() as connection:
        receipt = find_receipt(connection, own, posting.receipt_id)
        state, match = outbox.find(connection, own, posting.id).state, find_match(connection, own, posting.match_id)
    return state, match.state, receipt.post_status, receipt.status, receipt.unapplied_minor


def swift(shop: Shop, mark: str, cents: int) -> Any:
    """A booking of a statement that says which ones were turned back (mark RC: a credit was)."""
    desk, currency = shop.desk, shop.books().home
    day, amount = f"{desk.today:%y%m%d}", f"{abs(cents) // 100},{abs(cents) % 100:02d}"
    data = (
        f":20:{mark}\r\n:25:10020030/1234567\r\n:28C:1/1\r\n:60F:C{day}{currency}5000,00\r\n"
        f":61:{day}{day[2:]}{mark}{amount}NTRFNONREF\r\n:86:transfer {cents}\r\n:62F:C{day}{currency}5000,00\r\n-\r\n"
    )
    asked = Asked(
        organisation_id=desk.organisation_id, entity=desk.entity(), file_name=f"{mark}.sta", data=data.encode()
    )  # fmt: skip
    bring_in(desk.app, asked, actor=PERSON)
    with desk.database.read() as connection:
        return connection.execute(select(receipts).where(receipts.c.amount_minor == cents)).one()


def test_a_batch_is_undone_and_done_again(shop: Shop) -> None:
    """Ten receipts at once: the books are as they were, then as they had been."""
    before = shop.counted()
    made = [shop.match(shop.receipt(CENTS + n), n).id for n in range(8)]
    shop.post()
    stood = shop.counted()
    books = shop.books()
    ask(shop.desk.database, books, made, by=PERSON, now=shop.desk.app.clock.now())
    shop.desk.post()
    assert shop.counted() == before
    for own in made:
        redo(shop.desk.database, shop.desk.organisation_id, own, by=PERSON, now=shop.desk.app.clock.now())
    shop.post()
    with shop.desk.database.read() as connection:
        states = list(connection.execute(select(postings.c.state)).scalars())
    assert sorted(states) == ["posted"] * 8 + ["undone"] * 8
    assert shop.counted() == stood


def test_a_closed_period_offers_its_first_open_day(shop: Shop) -> None:
    desk = shop.desk
    verb = {"quickbooks": "close_books", "xero": "set_lock_date"}[desk.provider]
    desk.stand.change(desk.tenant, verb, {"on": desk.today.isoformat()})
    desk.sync()
    posting = shop.match(shop.receipt(CENTS), 0)
    shop.post()
    row = shop.again(posting.id)
    assert (row.state, row.code) == ("failed", "period_locked")
    assert "date" in row.choices["offered"]
