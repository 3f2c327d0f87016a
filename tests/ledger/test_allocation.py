from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.allocation import Basis, effective_day

PAID = date(2026, 3, 3)
LATER = PAID + timedelta(days=4)


@pytest.mark.parametrize(
    ("basis", "on", "ends", "counts"),
    [
        pytest.param(Basis.STATED, PAID, (LATER, LATER), PAID, id="what is stated stands"),
        pytest.param(Basis.DERIVED, PAID, (LATER, PAID), LATER, id="a payment edited to take a younger credit along"),
        pytest.param(Basis.DERIVED, PAID, (None, LATER), LATER, id="an invoice paid before it was issued"),
        pytest.param(Basis.DERIVED, LATER, (PAID, PAID), LATER, id="as usual"),
        pytest.param(Basis.DERIVED, None, (None, None), None, id="nothing has a day"),
    ],
)
def test_nothing_is_applied_before_it_was_there(
    basis: Basis, on: date | None, ends: tuple[date | None, date | None], counts: date | None
) -> None:
    assert effective_day(basis, on, *ends) == counts
