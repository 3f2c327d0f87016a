"""What a refund settles."""

from __future__ import annotations

from posting.processor.credits import Credit, choose
from tests.posting.processor.made import usd


def note(name: str, left: int = 5_000, invoice: str | None = None) -> Credit:
    return Credit(kind="credit_note", external_id=name, customer="7", left=usd(left), number=name, invoice=invoice)


def test_the_only_open_credit_of_the_amount() -> None:
    assert choose([note("a"), note("b", 4_999)], usd(5_000), frozenset(), set()).credit == note("a")


def test_of_two_the_one_against_the_invoice_that_was_paid() -> None:
    found = [note("a", invoice="1"), note("b", invoice="2")]
    assert choose(found, usd(5_000), frozenset({"2"}), set()).credit == note("b", invoice="2")
    asked = choose(found, usd(5_000), frozenset(), set())
    assert asked.credit is None
    assert "2 open credits" in asked.waits


def test_one_that_another_refund_has_is_not_taken_again() -> None:
    asked = choose([note("a")], usd(5_000), frozenset(), {"a"})
    assert asked.credit is None
    assert asked.remedy


def test_the_one_that_a_person_chose() -> None:
    assert choose([note("a"), note("b", 9_000)], usd(5_000), frozenset(), set(), "b").credit == note("b", 9_000)
