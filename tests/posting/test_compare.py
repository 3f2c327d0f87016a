"""What an entry is held against after it was written: what is less than it was, and what is gone."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.writing import Standing
from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.money import Money
from posting.compare import Held, differences

OVERPAYMENT = ("Overpayments", "o1")
_STANDS = Standing(kind="Overpayments", external_id="o1")


def _allocation(*documents: tuple[str, int]) -> Entry:
    lines = tuple(
        EntryLine(role=LineRole.PAYS, amount=Money(minor, "GBP"), document=Target(kind="invoice", external_id=own))
        for own, minor in documents
    )
    whole = Money(sum(minor for _, minor in documents), "GBP")
    source = Target(kind="overpayment", external_id="o1")
    return Entry(
        kind=EntryKind.ALLOCATION, write_id="T1", on=date(2026, 3, 2), amount=whole, source=source, lines=lines
    )


@pytest.mark.parametrize(
    ("applied", "codes"),
    [
        ({("o1", "i1"): 100, ("o1", "i2"): 50}, []),
        ({("o1", "i1"): 900, ("o1", "i2"): 50}, []),
        ({("o1", "i1"): 100}, ["applied"]),
        ({("o1", "i1"): 40, ("o1", "i2"): 20}, ["applied", "applied"]),
        ({}, ["vanished"]),
    ],
)
def test_an_allocation_of_which_nothing_is_applied_is_gone(
    applied: dict[tuple[str, str], int], codes: list[str]
) -> None:
    held = Held(records={OVERPAYMENT: True}, allocated=applied)
    found = differences(_allocation(("i1", 100), ("i2", 50)), _STANDS, held, {})
    assert [one.code for one in found] == codes
