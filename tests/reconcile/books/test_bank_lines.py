"""What a bank line turns out to be: a payout, cash that the books hold already, or something to match."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from reconcile.books.bank_lines import Books, find_payouts, find_recorded_lines

DAY = date(2026, 3, 4)
CONNECTION = UUID(int=1)


def line(minor: int = 100_00, name: str | None = "Ada Smith Ltd", text: str | None = None, days: int = 0) -> Any:
    return SimpleNamespace(
        id=uuid4(), received_on=DAY + timedelta(days=days), currency="GBP", amount_minor=minor, payer_name=name,
        reference=text, source="bank", status="unmatched", payout_external_id=None,
    )  # fmt: skip


def payout(minor: int = 100_00, days: int = 0, status: str = "paid", own: str = "po_12345678") -> Any:
    return SimpleNamespace(
        id=uuid4(), external_id=own, arrives_on=DAY + timedelta(days=days), left_on=DAY, currency="GBP",
        amount_minor=minor, status=status, trace_id=None,
    )  # fmt: skip


def deposit(
    minor: int = 100_00, days: int = 0, account: str = "bank", own: str = "d1", customer: str | None = None
) -> Any:
    return SimpleNamespace(
        connection_id=CONNECTION, record_kind="Deposit", external_id=own, kind="deposit", status="open", groups=(),
        moved_on=DAY + timedelta(days=days), currency="GBP", amount_minor=minor, account=account, other_account=None,
        customer_external_id=customer, reference=None,
    )  # fmt: skip


def books(*entries: Any) -> Books:
    account = SimpleNamespace(connection_id=CONNECTION, external_id="bank", kind="bank", system_role=None)
    named = [
        SimpleNamespace(connection_id=CONNECTION, external_id=own, name=name)
        for own, name in (("ada", "Ada Smith"), ("bob", "Bob Jones"))
    ]
    return Books.of([], entries, [account], named)


def test_a_payout_is_told_by_the_processors_name_amount_and_day() -> None:
    assert [item.payout.external_id for item in find_payouts([line(name="STRIPE")], [payout()])] == ["po_12345678"]
    assert find_payouts([line(name="STRIPE", days=9)], [payout()]) == []
    assert find_payouts([line(name="STRIPE")], [payout(status="failed")]) == []


def test_a_customer_who_pays_the_same_amount_is_no_payout() -> None:
    assert find_payouts([line()], [payout()]) == []
    assert find_payouts([line(text="po_12345678")], [payout()]) != []


def test_two_equal_payouts_are_two_lines() -> None:
    lines = [line(name="STRIPE"), line(name="STRIPE", days=7)]
    found = find_payouts(lines, [payout(own="po_first123"), payout(days=7, own="po_second12")])
    assert {item.receipt_id: item.payout.external_id for item in found} == {
        lines[0].id: "po_first123", lines[1].id: "po_second12",
    }  # fmt: skip
    assert len(find_payouts([line(name="STRIPE"), line(name="STRIPE")], [payout()])) == 1


def test_a_deposit_of_the_same_amount_within_a_week_is_the_same_cash() -> None:
    own = line()
    assert [item.receipt_id for item in find_recorded_lines([own], books(deposit(days=7)), set())] == [own.id]
    assert find_recorded_lines([own], books(deposit(days=8)), set()) == []
    assert find_recorded_lines([own], books(deposit(account="clearing")), set()) == []


def test_names_that_contradict_keep_them_apart() -> None:
    assert find_recorded_lines([line()], books(deposit(customer="bob")), set()) == []
    assert find_recorded_lines([line()], books(deposit(customer="ada")), set()) != []


def test_one_record_is_one_lines() -> None:
    lines = [line(days=1), line(days=0)]
    found = find_recorded_lines(lines, books(deposit()), set())
    assert [item.receipt_id for item in found] == [lines[1].id]
    assert find_recorded_lines(lines, books(deposit()), {(CONNECTION, "Deposit", "d1")}) == []
