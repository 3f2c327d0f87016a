"""Bank lines that are payouts: which payout, and what is said of its parts."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from reconcile.books.payout_lines import PaidOut, find_payouts, told
from store.queries.payouts import Sum

DAY = date(2026, 3, 4)
STRIPE = UUID(int=1)


def line(
    minor: int = 100_00,
    name: str | None = "Ada Smith Ltd",
    text: str | None = None,
    days: int = 0,
    currency: str = "GBP",
) -> Any:
    return SimpleNamespace(
        id=uuid4(), received_on=DAY + timedelta(days=days), currency=currency, amount_minor=minor, payer_name=name,
        reference=text, source="bank", status="unmatched", payout_external_id=None,
    )  # fmt: skip


def payout(minor: int = 100_00, days: int = 0, status: str = "paid", own: str = "po_12345678", **changed: Any) -> Any:
    content = {
        "id": uuid4(), "connection_id": STRIPE, "record_kind": "payouts", "external_id": own, "provider": "stripe",
        "arrives_on": DAY + timedelta(days=days), "left_on": DAY, "currency": "GBP", "amount_minor": minor,
        "status": status, "trace_id": None, "automatic": True, "reconciliation_status": "completed",
    }  # fmt: skip
    return SimpleNamespace(**{**content, **changed})


def found(lines: list[Any], payouts: list[Any], *, numbers: tuple[str, ...] = (), **more: Any) -> list[PaidOut]:
    return find_payouts(lines, payouts, lambda text: any(number in text for number in numbers), **more)


def test_a_payout_is_told_by_the_processors_name_amount_and_day() -> None:
    assert [item.payout.external_id for item in found([line(name="STRIPE")], [payout()])] == ["po_12345678"]
    assert found([line(name="STRIPE", days=9)], [payout()]) == []
    assert found([line(name="STRIPE")], [payout(status="failed")]) == []
    assert found([line(name="STRIPE", currency="EUR")], [payout()]) == []


def test_a_customer_who_pays_the_same_amount_is_no_payout() -> None:
    assert found([line()], [payout()]) == []
    assert found([line(name=None, text="INV-1001")], [payout()], numbers=("INV-1001",)) == []
    assert found([line(name=None)], [payout()]) != []


def test_its_id_or_the_banks_trace_id_is_surer_than_days() -> None:
    for text in ("PO_12345678", "STRIPE/po_12345678/GB", "stripe trace 9XK2MMQ77A"):
        assert found([line(text=text, days=30)], [payout(trace_id="9XK2MMQ77A")]) != [], text


def test_two_equal_payouts_are_two_lines() -> None:
    lines = [line(name="STRIPE"), line(name="STRIPE", days=7)]
    pairs = found(lines, [payout(own="po_first123"), payout(days=7, own="po_second12")])
    assert {item.receipt_id: item.payout.external_id for item in pairs} == {
        lines[0].id: "po_first123", lines[1].id: "po_second12",
    }  # fmt: skip
    assert len(found([line(name="STRIPE"), line(name="STRIPE")], [payout()])) == 1


def test_one_that_was_pulled_back_is_a_debit_that_names_the_processor() -> None:
    assert found([line(-100_00, name="STRIPE")], [payout(-100_00)]) != []
    assert found([line(-100_00, name=None)], [payout(-100_00)]) == []


def test_a_person_who_said_it_is_another_is_believed() -> None:
    own = line(name="STRIPE")
    apart = frozenset({(own.id, (STRIPE, "payouts", "po_12345678"))})
    assert found([own], [payout()], apart=apart) == []


def test_parts_that_do_not_add_up_are_named_with_the_difference() -> None:
    (item,) = found([line(name="STRIPE")], [payout()])
    assert "its 3 parts add up to it" in told(item, Sum(3, 100_00, 0))
    assert "its 3 parts add up to GBP 99.70, GBP 0.30 less than it" in told(item, Sum(3, 99_70, 0))
    assert "one of its" not in told(item, Sum(3, 99_70, 1))
    assert "1 of its 3 parts have not been read yet" in told(item, Sum(3, 99_70, 1))


def test_what_cannot_be_itemised_is_said_to_be_so() -> None:
    manual = payout(automatic=False, reconciliation_status="not_applicable")
    (item,) = found([line(name="STRIPE")], [manual])
    assert "cannot be itemised" in told(item, Sum())
    waits = payout(reconciliation_status="in_progress")
    (item,) = found([line(name="STRIPE")], [waits])
    assert "has not said yet" in told(item, Sum())


def test_another_currency_or_amount_is_a_payout_only_by_its_name() -> None:
    (changed,) = found([line(80_00, text="po_12345678", currency="GBP")], [payout(100_00, currency="USD")])
    assert "which the bank changed from USD 100.00 to GBP 80.00" in told(changed, Sum(1, 100_00, 0))
    (short,) = found([line(99_00, text="po_12345678")], [payout(100_00)])
    assert "of GBP 100.00, and GBP 1.00 less arrived" in told(short, Sum(1, 100_00, 0))
    assert found([line(99_00, name="STRIPE")], [payout(100_00)]) == []
