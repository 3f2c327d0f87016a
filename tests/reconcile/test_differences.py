"""Amounts that are not the invoice's, each with its own rule, and money of other currencies."""

from decimal import Decimal

import msgspec
import pytest

from reconcile.differences import discount_of
from reconcile.engine import match
from reconcile.policy import DEFAULT, RoundingRule
from reconcile.slot import Slot
from reconcile.values import Rate, ReceiptOutcome
from tests.reconcile.book import CUSTOMERS, HILL, day, invoice, outcomes, paid, receipt, suggested

ONE = invoice("INV-7001", "2480.00", terms="2/10 net 30", on="01-28", due="02-27")
OTHER = invoice("INV-7002", "613.37", on="01-12")


def residual(outcome: ReceiptOutcome) -> tuple[int, str]:
    line = outcome.proposals[0].lines[0]
    return line.residual_minor, line.residual_kind


@pytest.mark.parametrize(
    ("amount", "reference", "expected", "unapplied"),
    [
        pytest.param("826.67", "INV-7001 1/3", (165333, "part"), 0, id="30 instalment"),
        pytest.param("1000.00", "part payment INV-7001", (148000, "part"), 0, id="31 part"),
        pytest.param("2500.00", "INV-7001", (2000, "overpay"), 2000, id="33 round overpayment"),
        pytest.param("2465.00", "INV-7001", (1500, "fee"), 0, id="34 bank fee"),
        pytest.param("2430.40", "INV-7001", (4960, "discount"), 0, id="35 discount inside terms"),
        pytest.param("2232.00", "INV-7001 less TDS 10%", (24800, "withholding"), 0, id="37 withholding"),
        pytest.param("2073.44", "INV-7001 meno ritenuta 20%", (40656, "withholding"), 0, id="37 of the net"),
        pytest.param("2232.00", "INV-7001", (24800, "short_pay"), 0, id="no word of tax"),
        pytest.param("1860.00", "INV-7001", (62000, "part"), 0, id="three quarters"),
        pytest.param("2232.00", "part of INV-7001", (24800, "part"), 0, id="said to be a part"),
        pytest.param("2356.00", "INV-7001 Rate 1/2", (12400, "part"), 0, id="said to be an instalment"),
        pytest.param("2465.00", "INV-7001 less damaged goods", (1500, "short_pay"), 0, id="another reason given"),
        pytest.param("2458.63", "INV-7001", (2137, "short_pay"), 0, id="no customary fee"),
        pytest.param("2458.63", "INV-7001 charges deducted", (2137, "fee"), 0, id="a fee by its name"),
        pytest.param("2317.15", "INV-7001", (16285, "short_pay"), 0, id="38 line deducted"),
        pytest.param("2084.03", "INV-7001", (39597, "short_pay"), 0, id="39 tax left out"),
        pytest.param("2951.20", "INV-7001", (47120, "overpay"), 47120, id="39 tax twice"),
        pytest.param("2479.97", "INV-7001", (3, "rounding"), 0, id="40 rounding"),
        pytest.param("2408.00", "INV-7001", (7200, "short_pay"), 0, id="41 digits transposed"),
    ],
)
def test_a_named_invoice_with_a_known_payer_takes_an_explained_difference(
    amount: str, reference: str, expected: tuple[int, str], unapplied: int
) -> None:
    outcome = outcomes([ONE, OTHER], [receipt(amount, reference)])["r1"]
    assert paid(outcome) == ["id-inv-7001-1"]
    assert residual(outcome) == expected
    assert outcome.unapplied_minor == unapplied
    assert outcome.status == ("partly_matched" if unapplied else "matched")


@pytest.mark.parametrize(
    ("method", "amount", "expected"),
    [
        ("cash", "2479.92", (8, "rounding")),
        ("Card", "2479.97", (3, "short_pay")),
        ("sepa", "2479.97", (3, "rounding")),
        ("sepa", "2479.92", (8, "short_pay")),
    ],
)
def test_what_is_rounding_hangs_on_the_rail(method: str, amount: str, expected: tuple[int, str]) -> None:
    rules = (RoundingRule(frozenset({"cash"}), 10), RoundingRule(frozenset({"card"}), 0))
    policy = msgspec.structs.replace(DEFAULT, rounding_rules=rules)
    came = receipt(amount, "INV-7001", method=method)
    (outcome,) = match([ONE, OTHER], [came], CUSTOMERS, policy=policy).outcomes
    assert residual(outcome) == expected


def test_32_the_last_part_after_parts() -> None:
    parts = [receipt("1000.00", f"INV-7001 part {n}", receipt_id=f"r{n}", on=f"02-{n:02d}") for n in (10, 20)]
    last = receipt("480.00", "INV-7001 final", receipt_id="r30", on="02-27")
    answer = outcomes([ONE, OTHER], [last, *parts])
    assert all(paid(answer[key]) == ["id-inv-7001-1"] for key in ("r10", "r20", "r30"))
    assert residual(answer["r30"]) == (0, "")
    assert paid(outcomes([ONE, OTHER], [*parts, receipt("480.00", "", receipt_id="r30", on="02-27")])["r30"]) == [
        "id-inv-7001-1"
    ]


def test_35_the_discount_needs_no_number_inside_the_terms() -> None:
    assert paid(outcomes([ONE, OTHER], [receipt("2430.40", on="02-05")])["r1"]) == ["id-inv-7001-1"]


def test_36_the_discount_taken_late_is_a_short_payment() -> None:
    outcome = outcomes([ONE, OTHER], [receipt("2430.40", "INV-7001", on="02-25")])["r1"]
    assert residual(outcome) == (4960, "short_pay")
    assert residual(outcomes([ONE, OTHER], [receipt("2430.40", on="02-25")])["r1"]) == (4960, "short_pay")


def test_discount_terms_are_read_exactly() -> None:
    assert discount_of(Slot(ONE), day("02-07"), 0) == (4960, True)
    assert discount_of(Slot(ONE), day("02-08"), 0) == (4960, False)
    assert discount_of(Slot(OTHER), day("02-07"), 0) == (0, False)


def test_a_number_of_the_same_customer_with_the_amount_of_another_is_asked() -> None:
    far = invoice("INV-6530", "613.37", on="01-12")
    outcome = outcomes([ONE, far], [receipt("613.37", "INV-7001")])["r1"]
    assert paid(outcome) == []
    assert outcome.status == "suggested"


RATES = [Rate(day("02-04"), "USD", "EUR", Decimal("0.9200")), Rate(day("02-04"), "EUR", "JPY", Decimal("161.50"))]


def test_42_a_foreign_invoice_at_the_days_rate() -> None:
    book = [invoice("INV-7101", "5300.00", currency="USD"), OTHER]
    named = outcomes(book, [receipt("4870.11", "INV-7101")], rates=RATES)["r1"]
    silent = outcomes(book, [receipt("4870.11")], rates=RATES)["r1"]
    assert paid(named) == ["id-inv-7101-1"]
    assert paid(silent) == ["id-inv-7101-1"]
    line = named.proposals[0].lines[0]
    assert line.residual_kind == "fx"
    assert abs(round(line.applied_minor * Decimal("0.92")) + named.unapplied_minor - 487011) <= 1


def test_42_without_a_rate_it_is_only_suggested() -> None:
    book = [invoice("INV-7101", "5300.00", currency="USD")]
    outcome = outcomes(book, [receipt("4870.11", "INV-7101")])["r1"]
    assert paid(outcome) == []
    assert suggested(outcome) == ["id-inv-7101-1"]
    old = [Rate(day("01-04"), "USD", "EUR", Decimal("0.92"))]
    assert paid(outcomes(book, [receipt("4870.11", "INV-7101")], rates=old)["r1"]) == []


def test_43_currencies_without_and_with_three_decimals() -> None:
    book = [
        invoice("J-900", "184300", currency="JPY", places=0),
        invoice("K-900", "312.455", HILL, currency="KWD", places=3),
    ]
    assert paid(outcomes(book, [receipt("184300", "J-900", currency="JPY", places=0)])["r1"]) == ["id-j-900-1"]
    assert paid(
        outcomes(book, [receipt("312.455", "", "HILLCREST DENTAL PARTNERS", currency="KWD", places=3)])["r1"]
    ) == ["id-k-900-2"]


@pytest.mark.parametrize("share", ["0.98", "0.9", "0.8", "0.75", "0.7"])
def test_a_number_alone_never_bears_a_shortage(share: str) -> None:
    amount = (Decimal("16880.53") * Decimal(share)).quantize(Decimal("0.01"))
    big = invoice("INV-718666", "16880.53")
    assert paid(outcomes([big], [receipt(str(amount), "INV INV-718666", payer="")])["r1"]) == []


@pytest.mark.parametrize("share", ["0.98", "0.9", "0.8", "0.7"])
def test_a_payer_alone_never_bears_a_shortage(share: str) -> None:
    amount = (Decimal("22156.65") * Decimal(share)).quantize(Decimal("0.01"))
    outcome = outcomes([invoice("INV-7101", "22156.65")], [receipt(str(amount))])["r1"]
    assert paid(outcome) == []
    assert suggested(outcome)
