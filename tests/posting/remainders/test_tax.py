"""The tax mix of an invoice in proportion: to the cent, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.invoice import InvoiceLine
from ledger.money import Money
from posting.refusal import NotPosted
from posting.remainders.tax import TaxPart, in_proportion, mix_of


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def line(n: int, minor: int, tax: int | None = None, code: str | None = None) -> InvoiceLine:
    return InvoiceLine(
        position=n, description="", amount=gbp(minor), tax=None if tax is None else gbp(tax), tax_code=code
    )  # fmt: skip


def test_tax_on_top_is_told_by_code() -> None:
    mix = mix_of([line(1, 10_000, 2_000, "S"), line(2, 5_000, 0, "Z")], gbp(17_000), gbp(2_000), "INV-1")
    assert mix == (
        TaxPart(code="S", gross=gbp(12_000), tax=gbp(2_000)), TaxPart(code="Z", gross=gbp(5_000), tax=gbp(0)),
    )  # fmt: skip
    assert in_proportion(mix, gbp(340)) == (
        TaxPart(code="S", gross=gbp(240), tax=gbp(40)), TaxPart(code="Z", gross=gbp(100), tax=gbp(0)),
    )  # fmt: skip


def test_tax_inside_the_amounts_too() -> None:
    assert mix_of([line(1, 12_000, 2_000, "S")], gbp(12_000), gbp(2_000), "I") == (
        TaxPart(code="S", gross=gbp(12_000), tax=gbp(2_000)),
    )


def test_one_code_for_all_lines_takes_the_whole_tax() -> None:
    """Books that give tax for the whole invoice only."""
    mix = mix_of([line(1, 7_500, code="20"), line(2, 2_500, code="20")], gbp(12_000), gbp(2_000), "I")
    assert mix == (TaxPart(code="20", gross=gbp(12_000), tax=gbp(2_000)),)


def test_without_tax_there_is_none() -> None:
    assert mix_of([line(1, 100)], gbp(100), gbp(0), "I") == (TaxPart(code=None, gross=gbp(100), tax=gbp(0)),)
    assert mix_of([], gbp(100), gbp(0), "I") == (TaxPart(code=None, gross=gbp(100), tax=gbp(0)),)


@pytest.mark.parametrize(
    ("lines", "total", "tax"),
    [
        ([line(1, 10_000, code="S"), line(2, 5_000, code="Z")], 17_000, 2_000),  # which of them is taxed, nobody says
        ([], 12_000, 2_000),
        ([line(1, 10_000, 2_000, "S")], 11_400, 2_000),  # something stands beside the lines
        ([line(1, 10_000, 2_000, "S"), line(2, -500, -100, "Z")], 11_400, 1_900),  # a discount under a code of its own
    ],
)
def test_what_is_not_said_is_not_guessed(lines: list[InvoiceLine], total: int, tax: int) -> None:
    with pytest.raises(NotPosted) as refused:
        mix_of(lines, gbp(total), gbp(tax), "INV-1")
    assert refused.value.code == "tax_unknown"


@given(
    st.lists(st.tuples(st.integers(1, 10**7), st.sampled_from([0, 5, 20])), min_size=1, max_size=6),
    st.integers(1, 10**6),
)
def test_the_parts_sum_to_the_amount_and_tax_stays_in_proportion(rows: list[tuple[int, int]], amount: int) -> None:
    lines = [line(n, net, net * rate // 100, str(rate)) for n, (net, rate) in enumerate(rows)]
    tax = sum(one.tax.minor for one in lines if one.tax)
    total = sum(one.amount.minor for one in lines) + tax
    amount = min(amount, total)
    parts = in_proportion(mix_of(lines, gbp(total), gbp(tax), "I"), gbp(amount))
    assert sum(part.gross.minor for part in parts) == amount
    assert all(0 <= part.tax.minor <= part.gross.minor for part in parts)
    if amount == total:
        assert sum(part.tax.minor for part in parts) == tax
