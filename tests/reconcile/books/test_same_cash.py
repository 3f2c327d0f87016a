"""Which record of the books is the cash that bank or processor saw, which may be, and which is not."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from reconcile.books.cash_records import CashRecord, Place
from reconcile.books.same_cash import CashEvent, Saw, recognise
from reconcile.books.texts import Mentions, telling

DAY = date(2026, 3, 4)
LEDGER, BANK = UUID(int=1), UUID(int=2)


def seen(minor: int = 100_00, days: int = 0, saw: Saw = Saw.LINE, **changed: Any) -> CashEvent:
    content: dict[str, Any] = {
        "receipt_id": uuid4(), "connection_id": BANK, "saw": saw, "on": DAY + timedelta(days=days), "currency": "GBP",
        "amount_minor": minor, "names": frozenset({"ADA", "SMITH"}),
    }  # fmt: skip
    return CashEvent(**{**content, **changed})


def record(kind: str = "payment", minor: int = 100_00, days: int = 0, own: str = "p1", **changed: Any) -> CashRecord:
    row = SimpleNamespace(connection_id=LEDGER, record_kind=kind, external_id=own, kind=kind)
    content: dict[str, Any] = {
        "row": row, "on": DAY + timedelta(days=days), "currency": "GBP", "amount_minor": minor, "place": Place.BANK,
        "account": "checking", "owners": frozenset(), "names": frozenset(), "tokens": frozenset(), "numbers": frozenset(),
    }  # fmt: skip
    return CashRecord(**{**content, **changed})


ADA = frozenset({"ADA", "SMITH"})
BOB = frozenset({"BOB", "JONES"})


def look(events: list[CashEvent], records: list[CashRecord], **more: Any) -> tuple[list[Any], list[Any]]:
    answer = recognise(events, records, more.get("taken", set()), more.get("apart", frozenset()))
    return answer.certain, answer.possible


@pytest.mark.parametrize(
    "kind", ["payment", "overpayment", "prepayment", "deposit", "receive", "sale", "transfer", "journal"]
)
def test_whatever_the_books_hold_it_as(kind: str) -> None:
    certain, possible = look([seen()], [record(kind)])
    assert [item.record.kind for item in certain] == [kind]
    assert possible == []


def test_to_the_cent_within_a_week_and_in_its_currency() -> None:
    for other in (record(minor=100_01), record(days=8), record(currency="EUR"), record("spend")):
        assert look([seen()], [other]) == ([], [])
    assert look([seen()], [record(days=-7)])[0]


def test_two_equal_lines_and_one_record_leave_one_open() -> None:
    events = [seen(days=1), seen()]
    certain, possible = look(events, [record()])
    assert [item.event for item in certain] == [events[1]]
    assert possible == []
    assert len(look(events, [record(), record(own="p2")])[0]) == 2


def test_a_payer_who_contradicts_is_asked_about_only_where_nothing_else_has_the_amount() -> None:
    certain, possible = look([seen()], [record(names=BOB)])
    assert certain == []
    assert "payer or reference differ" in possible[0].words
    assert look([seen(), seen(names=BOB)], [record(names=BOB)])[1] == []


def test_another_invoice_of_the_same_payer_is_another_payment() -> None:
    certain, possible = look([seen(numbers=frozenset({"INV8"}))], [record(names=ADA, numbers=frozenset({"INV7"}))])
    assert certain == []
    assert len(possible) == 1
    assert look([seen(numbers=frozenset({"INV7"}))], [record(names=BOB, numbers=frozenset({"INV7"}))])[0]


def test_the_one_that_names_the_same_invoice_goes_first() -> None:
    paid = [record(own=f"p{n}", names=ADA, numbers=frozenset({f"INV{n}"})) for n in (7, 8)]
    events = [seen(numbers=frozenset({"INV8"}), days=1), seen(days=1)]
    certain, _ = look(events, paid)
    assert {item.event.receipt_id: item.record.row.external_id for item in certain} == {
        events[0].receipt_id: "p8", events[1].receipt_id: "p7",
    }  # fmt: skip


def test_an_unknown_account_needs_a_payer_or_a_reference() -> None:
    assert look([seen()], [record("overpayment", place=Place.UNKNOWN, account=None, names=ADA)])[0]
    certain, possible = look([seen()], [record(place=Place.UNDEPOSITED)])
    assert certain == []
    assert "nothing says whose it is" in possible[0].words
    for place in (Place.CLEARING, Place.ELSEWHERE):
        assert look([seen()], [record(place=place, names=ADA)]) == ([], [])


def test_a_text_that_names_an_open_invoice_is_asked_about() -> None:
    certain, possible = look([seen(unpaid=True)], [record("deposit")])
    assert certain == []
    assert "open invoice" in possible[0].words


def test_another_bank_account_than_the_one_that_is_known() -> None:
    sure = [seen(1000 + n) for n in range(2)]
    known = [record(minor=1000 + n, own=f"k{n}", names=ADA) for n in range(2)]
    certain, possible = look([*sure, seen()], [*known, record(account="savings")])
    assert len(certain) == 2
    assert "on another bank account" in possible[0].words
    assert len(look([*sure, seen()], [*known, record(account="savings", names=ADA)])[0]) == 3


def test_three_weeks_later_is_asked_about() -> None:
    certain, possible = look([seen()], [record(days=14, names=ADA)])
    assert certain == []
    assert "14 days lie between" in possible[0].words
    assert look([seen()], [record(days=22, names=ADA)]) == ([], [])


def test_a_charge_that_was_entered_by_hand() -> None:
    own = seen(saw=Saw.CHARGE, owner="ada")
    ada = frozenset({"ada"})
    assert look([own], [record(place=Place.CLEARING, owners=ada, days=3)])[0]
    certain, possible = look([own], [record(owners=ada, days=3)])
    assert certain == []
    assert "not have it on its way" in possible[0].words
    assert look([own], [record(place=Place.CLEARING, owners=frozenset({"bob"}))]) == ([], [])
    assert look([own], [record(place=Place.CLEARING, owners=ada, days=-2)]) == ([], [])
    named = seen(saw=Saw.CHARGE, owner="ada", numbers=frozenset({"INV7"}))
    assert look([named], [record(owners=ada, numbers=frozenset({"INV7"}), days=12)])[0]


def test_a_payouts_deposit_or_transfer_is_its_own_and_nobody_elses() -> None:
    out = seen(saw=Saw.PAYOUT, names=frozenset({"STRIPE"}), tokens=frozenset({"1WEHFSNB"}))
    moved = record("transfer", days=30, tokens=frozenset({"1WEHFSNB"}))
    assert [item.event.saw for item in look([out], [moved])[0]] == [Saw.PAYOUT]
    assert look([out], [record(names=ADA, owners=frozenset({"ada"}))]) == ([], [])
    both, _ = look([out, seen(names=frozenset())], [record("transfer", tokens=frozenset({"1WEHFSNB"}))])
    assert [item.event.saw for item in both] == [Saw.PAYOUT]


def test_what_somebody_decided_on_is_only_asked_about() -> None:
    certain, possible = look([seen(closed=True)], [record(names=ADA)])
    assert certain == []
    assert "decided on this receipt before" in possible[0].words


def test_a_persons_no_is_remembered() -> None:
    own, one = seen(), record(names=ADA)
    assert look([own], [one], apart=frozenset({(own.receipt_id, one.key)})) == ([], [])
    assert look([own], [one], taken={one.key}) == ([], [])


def test_how_texts_name_invoices() -> None:
    mentions = Mentions.of(["INV-1001", "INV-1002", "2026-07", "7"])
    assert mentions.named_in("payment inv 1001, thanks") == {"INV1001"}
    assert mentions.named_in("ref 1002") == {"INV1002"}
    assert mentions.named_in("INV-10011") == frozenset()
    assert telling("CHQ 104512 of 2026") == {"104512"}
