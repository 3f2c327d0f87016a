"""A matcher that is changed step by step says what a new one would."""

from pathlib import Path
from random import Random

import msgspec
import pytest

from bench.matching.generate import generate
from reconcile.engine import Matcher
from reconcile.files import Inputs, read_inputs
from reconcile.index import Index
from reconcile.policy import DEFAULT
from reconcile.rates import Rates
from reconcile.values import OpenItem, Result
from reconcile.warm import WarmMatcher
from reconcile.write import matches_csv, receipts_csv
from tests.reconcile.book import CUSTOMERS, HILL, KITE, invoice, receipt


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
        what = rng.randrange(8)
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
        elif what == 5:
            found.append((item.id, replaced(item, open_minor=0, status="paid")))
        elif what == 6:
            other = rng.choice(book.invoices)
            found.append((item.id, replaced(item, open_minor=other.open_minor, currency=other.currency)))
        else:
            other = rng.choice(book.invoices)
            found.append((item.id, replaced(item, customer_id=other.customer_id)))
    return found


def _apply(changed: WarmMatcher | Index, changes: list[tuple[str, OpenItem | None]]) -> None:
    for item_id, item in changes:
        if item is None:
            changed.remove_item(item_id)
        else:
            changed.put_item(item)


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


@pytest.mark.parametrize("seed", range(3))
def test_revisiting_what_changes_touch_equals_a_new_run(book: Inputs, seed: int) -> None:
    """Probabilities and words too: both weigh by the number of items that stood open in the matcher's last run."""
    changes = _changes(book, seed, 14)
    matcher = _matcher(book, book.invoices)
    matcher.run(book.receipts)
    for change in changes:
        _apply(matcher, [change])
        again = matcher.revisit()
        assert len(again.outcomes) < len(book.receipts) // 2
    fresh = Index.build(book.invoices, book.customers, book.history)
    fresh.hold_counts()
    _apply(fresh, changes)
    new = Matcher(fresh, Rates(book.rates, DEFAULT.rate_days), DEFAULT, book.history).run(book.receipts)
    for one, other in zip(matcher.result().outcomes, new.outcomes, strict=True):
        assert one == other


def test_a_book_that_has_grown_by_much_is_weighed_anew() -> None:
    items = [invoice(f"INV-7{number:04}", "99.00") for number in range(30)]
    matcher = WarmMatcher(Index.build(items[:1], CUSTOMERS), Rates((), 7), DEFAULT)
    matcher.run([receipt("99.00", "INV-70000", receipt_id="R1"), receipt("12.00", "INV-80000", receipt_id="R2")])
    for item in items[1:]:
        matcher.put_item(item)
    assert [outcome.receipt_id for outcome in matcher.revisit().outcomes] == ["R1", "R2"]
    expected = Matcher(Index.build(items, CUSTOMERS), Rates((), 7), DEFAULT).run(
        [receipt("99.00", "INV-70000", receipt_id="R1"), receipt("12.00", "INV-80000", receipt_id="R2")]
    )
    assert matcher.result() == expected


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
