"""Laws of the matcher, on books made at random: nothing is spent twice, money is conserved, order does not matter."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.engine import Matcher, match
from reconcile.index import Index
from reconcile.policy import DEFAULT
from reconcile.rates import Rates
from reconcile.values import OpenItem, Payer, Rate, Receipt, Result
from reconcile.write import matches_csv, receipts_csv

DAY = dt.date(2026, 1, 1)
PAYERS = (
    Payer("C-901", "Aurora Optics Ltd"), Payer("C-902", "Aurora Optics GmbH"), Payer("C-903", "Grünberg Söhne"), Payer("C-904", "Tin Whistle Cafe", parent_id="C-901"),
)  # fmt: skip
RATES = (Rate(DAY, "USD", "EUR", Decimal("0.9137")), Rate(DAY + dt.timedelta(30), "USD", "EUR", Decimal("0.9311")))
AMOUNTS = st.sampled_from([4900, 4900, 10000, 12345, 25000, 30000, 37345, 99999, 60974, 1])
WORDS = st.sampled_from(
    [
        "",
        "INV-2001",
        "inv 2002",
        "2003 2004",
        "INV-2001-2006",
        "statement",
        "PO 771",
        "refund",
        "C-903",
        "thanks",
        "INV-20O5",
    ]
)


class Book(NamedTuple):
    """One random book."""

    items: list[OpenItem]
    receipts: list[Receipt]


@st.composite
def books(draw: st.DrawFn) -> Book:
    items = [
        OpenItem(
            id=f"i{place}",
            customer_id=draw(st.sampled_from(PAYERS)).id,
            currency=draw(st.sampled_from(["EUR", "EUR", "EUR", "USD"])),
            total_minor=amount,
            open_minor=draw(st.sampled_from([amount, amount, amount // 2])),
            kind=draw(st.sampled_from(["invoice"] * 5 + ["credit_note"])),
            number=f"INV-{2000 + place}",
            po_number=draw(st.sampled_from(["", "PO 771"])),
            issued_on=DAY + dt.timedelta(draw(st.integers(0, 40))),
            due_on=DAY + dt.timedelta(40),
            terms=draw(st.sampled_from(["net 30", "2/10 net 30", ""])),
            status=draw(st.sampled_from(["open"] * 7 + ["paid", "void", "disputed"])),
        )
        for place, amount in enumerate(draw(st.lists(AMOUNTS, max_size=12)))
    ]
    receipts = [
        Receipt(
            id=f"r{place}",
            received_on=DAY + dt.timedelta(draw(st.integers(0, 60))),
            currency=draw(st.sampled_from(["EUR", "EUR", "USD"])),
            amount_minor=draw(st.sampled_from([1, 1, 1, 1, -1]))
            * (draw(AMOUNTS) + draw(st.sampled_from([0, 0, 0, -2, 1500, 4900]))),
            payer_name=draw(
                st.sampled_from(
                    ["AURORA OPTICS", "GRUENBERG SOEHNE", "TIN WHISTLE CAF", "", "STRIPE", "Aurora Optics Ltd"]
                )
            ),
            reference=draw(WORDS),
            payout_id=draw(st.sampled_from(["", "", "", "po_1"])),
        )
        for place in range(draw(st.integers(0, 9)))
    ]
    return Book(items, receipts)


def answer(book: Book) -> Result:
    return match(book.items, book.receipts, PAYERS, (), RATES)


def texts(book: Book) -> tuple[str, str]:
    result = answer(book)
    return matches_csv(result), receipts_csv(result, {receipt.id: receipt for receipt in book.receipts})


def spent(result: Result, ranks: Sequence[int] = (1,)) -> dict[str, int]:
    """What the first proposals of all receipts take of each item, without sign."""
    out: dict[str, int] = defaultdict(int)
    for outcome in result.outcomes:
        for proposal in outcome.proposals:
            if proposal.rank in ranks:
                for line in proposal.lines:
                    out[line.item_id] += abs(line.applied_minor)
    return out


@settings(max_examples=120, deadline=None)
@given(books())
def test_no_item_is_overspent_by_automatic_and_first_suggestions_together(book: Book) -> None:
    opened = {item.id: item.open_minor for item in book.items}
    for item_id, minor in spent(answer(book)).items():
        assert minor <= opened[item_id]


@settings(max_examples=120, deadline=None)
@given(books())
def test_money_is_conserved_in_the_receipts_currency(book: Book) -> None:
    rates = Rates(RATES, DEFAULT.rate_days)
    receipts = {receipt.id: receipt for receipt in book.receipts}
    for outcome in answer(book).outcomes:
        receipt = receipts[outcome.receipt_id]
        for proposal in outcome.proposals:
            applied = sum(line.applied_minor for line in proposal.lines)
            currency = proposal.lines[0].currency
            assert proposal.unapplied_minor >= 0
            assert all(line.currency == currency for line in proposal.lines)
            if currency == receipt.currency:
                assert applied + proposal.unapplied_minor == receipt.amount_minor
            elif rates.rate(currency, receipt.currency, receipt.received_on) is not None:
                back = rates.convert(applied, currency, receipt.currency, receipt.received_on)
                assert back is not None
                assert abs(back + proposal.unapplied_minor - receipt.amount_minor) <= 1
            else:
                assert proposal.decision == "suggest"


@settings(max_examples=120, deadline=None)
@given(books())
def test_status_and_left_over_agree_with_the_proposals(book: Book) -> None:
    receipts = {receipt.id: receipt for receipt in book.receipts}
    for outcome in answer(book).outcomes:
        automatic = [one for one in outcome.proposals if one.decision == "auto"]
        assert bool(automatic) == (outcome.status in {"matched", "partly_matched"})
        assert (outcome.status == "suggested") == bool(outcome.proposals and not automatic)
        expected = automatic[0].unapplied_minor if automatic else receipts[outcome.receipt_id].amount_minor
        assert outcome.unapplied_minor == expected
        assert (outcome.status == "partly_matched") == bool(automatic and expected)
        assert [one.rank for one in outcome.proposals] == list(range(1, len(outcome.proposals) + 1))
        assert len(outcome.proposals) <= DEFAULT.proposals_max
        assert all(0.0 <= one.confidence <= 1.0 for one in outcome.proposals)


@settings(max_examples=80, deadline=None)
@given(books(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(book: Book, random: Random) -> None:
    items, receipts = list(book.items), list(book.receipts)
    random.shuffle(items)
    random.shuffle(receipts)
    assert texts(Book(items, receipts)) == texts(book)


@settings(max_examples=60, deadline=None)
@given(books())
def test_nothing_automatic_breaks_a_veto(book: Book) -> None:
    items = {item.id: item for item in book.items}
    receipts = {receipt.id: receipt for receipt in book.receipts}
    for outcome in answer(book).outcomes:
        receipt = receipts[outcome.receipt_id]
        for proposal in outcome.proposals:
            if proposal.decision == "auto":
                assert receipt.amount_minor > 0
                assert all(items[line.item_id].status == "open" for line in proposal.lines)
                issued = [items[line.item_id].issued_on for line in proposal.lines]
                assert all(day is None or day <= receipt.received_on for day in issued)


@settings(max_examples=60, deadline=None)
@given(books())
def test_deciding_twice_is_deciding_once(book: Book) -> None:
    """A second run over the same receipts, on what the first one left, spends nothing more than was open."""
    index = Index.build(book.items, PAYERS, ())
    rates = Rates(RATES, DEFAULT.rate_days)
    first = Matcher(index, rates, DEFAULT).run(book.receipts)
    assert matches_csv(first) == texts(book)[0]
    done = {outcome.receipt_id for outcome in first.outcomes if outcome.status in {"matched", "partly_matched"}}
    again = Matcher(index, rates, DEFAULT).run([receipt for receipt in book.receipts if receipt.id not in done])
    total: dict[str, int] = defaultdict(int)
    for result, chosen in ((first, True), (again, False)):
        for outcome in result.outcomes:
            for one in outcome.proposals:
                if one.decision == "auto" and (chosen or outcome.receipt_id not in done):
                    for line in one.lines:
                        total[line.item_id] += abs(line.applied_minor)
    opened = {item.id: item.open_minor for item in book.items}
    assert all(minor <= opened[item_id] for item_id, minor in total.items())
