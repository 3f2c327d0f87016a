"""A matcher that is changed step by step says what a new one would."""

from pathlib import Path
from random import Random

import msgspec
import pytest

from bench.matching.generate import generate
from reconcile.files import Inputs, read_inputs
from reconcile.index import Index
from reconcile.policy import DEFAULT
from reconcile.rates import Rates
from reconcile.values import OpenItem, Proposal, ReceiptOutcome, Result
from reconcile.warm import WarmMatcher
from reconcile.write import matches_csv, receipts_csv
from tests.reconcile.book import CUSTOMERS, HILL, KITE, invoice, receipt

_DRIFT = 0.01
"""What the number of open items may move a probability by."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    folder: Path = tmp_path_factory.mktemp("book")
    generate(17, 400, 600, folder)
    names = ("invoices", "receipts", "customers", "history", "rates")
    return read_inputs(*[folder / f"{name}.csv" for name in names])


def _matcher(book: Inputs, items: list[OpenItem]) -> WarmMatcher:
    index = Index.build(items, book.customers, book.history)
    return WarmMatcher(index, Rates(book.rates, DEFAULT.rate_days), DEFAULT, book.history)


def _changes(book: Inputs, seed: int, count: int) -> list[tuple[str, OpenItem | None]]:
    """Item ids with what becomes of them; None: gone."""
    rng = Random(f"changes {seed}")
    found: list[tuple[str, OpenItem | None]] = []
    for item in rng.sample(book.invoices, count):
        replaced = msgspec.structs.replace
        what = rng.randrange(6)
        if what == 0:
            found.append((item.id, None))
        elif what == 1:
            found.append((item.id, replaced(item, open_minor=item.open_minor // 2)))
        elif what == 2:
            found.append((item.id, replaced(item, status="void")))
        elif what == 3:
            found.append((item.id, replaced(item, number=f"{item.number}7")))
        elif what == 4:
            twin = replaced(item, id=f"{item.id}-b", number=f"N{item.number}")
            found.append((twin.id, twin))
        else:
            other = rng.choice(book.invoices)
            found.append((item.id, replaced(item, customer_id=other.customer_id)))
    return found


def _apply(matcher: WarmMatcher, changes: list[tuple[str, OpenItem | None]]) -> None:
    for item_id, item in changes:
        if item is None:
            matcher.remove_item(item_id)
        else:
            matcher.put_item(item)


def _after(book: Inputs, changes: list[tuple[str, OpenItem | None]]) -> list[OpenItem]:
    items = {item.id: item for item in book.invoices}
    for item_id, item in changes:
        if item is None:
            del items[item_id]
        else:
            items[item_id] = item
    return list(items.values())


def _bytes(book: Inputs, result: Result) -> tuple[str, str]:
    return matches_csv(result), receipts_csv(result, {one.id: one for one in book.receipts})


def test_an_index_changed_step_by_step_is_as_a_new_one(book: Inputs) -> None:
    changes = _changes(book, 1, 200)
    changed = _matcher(book, book.invoices)
    _apply(changed, changes)
    fresh = _matcher(book, _after(book, changes))
    assert _bytes(book, changed.run(book.receipts)) == _bytes(book, fresh.run(book.receipts))


def test_an_index_changed_and_changed_back_is_as_before(book: Inputs) -> None:
    expected = _bytes(book, _matcher(book, book.invoices).run(book.receipts))
    matcher = _matcher(book, [])
    for item in reversed(book.invoices):
        matcher.put_item(item)
    for item in book.invoices[::3]:
        matcher.remove_item(item.id)
    for item in book.invoices[::3]:
        matcher.put_item(item)
    assert _bytes(book, matcher.run(book.receipts)) == expected


def _told(outcome: ReceiptOutcome) -> object:
    """An outcome without its probabilities; suggestions after the first may change places with them."""

    def told(proposal: Proposal) -> object:
        return proposal.lines, proposal.decision, proposal.reasons, proposal.unapplied_minor

    first = [told(proposal) for proposal in outcome.proposals[:1]]
    return outcome.receipt_id, outcome.status, outcome.unapplied_minor, outcome.reasons, first


@pytest.mark.parametrize("seed", range(3))
def test_revisiting_what_changes_touch_equals_a_new_run(book: Inputs, seed: int) -> None:
    changes = _changes(book, seed, 12)
    matcher = _matcher(book, book.invoices)
    matcher.run(book.receipts)
    for change in changes:
        _apply(matcher, [change])
        matcher.revisit()
    fresh = _matcher(book, _after(book, changes)).run(book.receipts)
    for one, other in zip(matcher.result().outcomes, fresh.outcomes, strict=True):
        assert _told(one) == _told(other)
        pairs = zip(one.proposals, other.proposals, strict=True)
        assert all(abs(mine.confidence - theirs.confidence) < _DRIFT for mine, theirs in pairs)


def test_a_change_touches_its_customer_its_amount_and_who_names_it_only() -> None:
    items = [invoice("INV-70001", "99.00"), invoice("INV-70002", "12.34", HILL), invoice("INV-70003", "55.55", KITE)]
    matcher = WarmMatcher(Index.build(items, CUSTOMERS), Rates((), 7), DEFAULT)
    matcher.run(
        [
            receipt("99.00", "INV-70001", receipt_id="of its customer"),
            receipt("40.00", "INV-70002", HILL.name, receipt_id="of another"),
            receipt("55.55", "", KITE.name, receipt_id="of another too"),
            receipt("71.00", "SI 70009, with thanks", "Somebody", receipt_id="names it"),
            receipt("20.00", "thanks", "Somebody else", receipt_id="has its amount"),
        ]
    )
    matcher.put_item(invoice("SI-70009", "20.00"))
    assert matcher.touched() == ("has its amount", "names it", "of its customer")
    again = [outcome.receipt_id for outcome in matcher.revisit().outcomes]
    assert again == ["has its amount", "names it", "of its customer"]


def test_an_invoice_that_comes_late_is_found_by_the_receipt_that_waited() -> None:
    matcher = WarmMatcher(Index.build([invoice("INV-70001", "12.00")], CUSTOMERS), Rates((), 7), DEFAULT)
    waiting = receipt("250.10", "INV-70002", receipt_id="R1")
    assert matcher.run([waiting]).outcomes[0].status == "unmatched"
    matcher.put_item(invoice("INV-70002", "250.10"))
    assert matcher.touched() == ("R1",)
    outcome = matcher.revisit().outcomes[0]
    assert (outcome.status, outcome.proposals[0].lines[0].applied_minor) == ("matched", 25010)
    matcher.remove_item("id-inv-70002-1")
    assert matcher.revisit().outcomes[0].status == "unmatched"
    assert matcher.revisit().outcomes == ()


def test_a_receipt_whose_invoice_was_paid_elsewhere_lets_go_of_it() -> None:
    item = invoice("INV-70001", "99.00")
    matcher = WarmMatcher(Index.build([item], CUSTOMERS), Rates((), 7), DEFAULT)
    assert matcher.run([receipt("99.00", "INV-70001", receipt_id="R1")]).outcomes[0].status == "matched"
    matcher.put_item(msgspec.structs.replace(item, open_minor=0, status="paid"))
    assert matcher.revisit().outcomes[0].status != "matched"
