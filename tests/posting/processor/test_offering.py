"""What may be said of a transaction: only what is true to its kind, and nothing that would book it twice."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.balance import Treatment
from ledger.faults import Conflict, Refused
from posting.processor.move import Said
from posting.processor.offering import offers, refuse_unless_offered
from posting.processor.treat import Treated, Ways, treat
from tests.posting.processor.made import TODAY, a_move, charged

SAID = Said(treatment=Treatment.NOT_OURS, choices={}, by="ann")


def treated(*given: Any, **more: Any) -> Treated:
    return treat(a_move(*given, **more), Ways(today=TODAY))


def refused(one: Treated, treatment: Treatment) -> Exception:
    with pytest.raises((Conflict, Refused)) as found:
        refuse_unless_offered(one, treatment, sales=True, credits_open=True)
    return found.value


def test_a_charge_that_the_books_hold_needs_no_word() -> None:
    held = treated(charged=charged(recorded=True))
    assert offers(held, sales=True, credits_open=True) == []
    for treatment in (Treatment.CUSTOMER_DEPOSIT, Treatment.SALE_WITHOUT_INVOICE, Treatment.NOT_OURS):
        assert "needs no word" in str(refused(held, treatment))
    assert "needs no word" in str(refused(treated(charged=charged(match_state="posted")), Treatment.CUSTOMER_DEPOSIT))


def test_what_is_in_the_outbox_or_was_said_is_taken_back_first() -> None:
    booked = treated(charged=charged(), covered=frozenset({"gross"}))
    assert "undo that posting first" in str(refused(booked, Treatment.NOT_OURS))
    assert "ann has said" in str(refused(treated("parked", category="odd", said=SAID), Treatment.FEE))
    refuse_unless_offered(
        treated("parked", category="odd", said=SAID), Treatment.UNDECIDED, sales=False, credits_open=False
    )
    written = treated("parked", category="odd", said=SAID, covered=frozenset({"gross"}))
    assert "no word to take back" in str(refused(written, Treatment.UNDECIDED))


def test_what_waits_may_be_said_as_far_as_its_kind_goes() -> None:
    waits = treated(charged=charged())
    refuse_unless_offered(waits, Treatment.CUSTOMER_DEPOSIT, sales=False, credits_open=False)
    assert "cannot be said" in str(refused(waits, Treatment.RESERVE))
    with pytest.raises(Refused, match="account and tax code"):
        refuse_unless_offered(waits, Treatment.SALE_WITHOUT_INVOICE, sales=False, credits_open=False)
