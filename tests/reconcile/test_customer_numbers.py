"""Customer numbers in a text: whole, by their digits after a word for them, and digits that are something else."""

import pytest

from reconcile.customer_numbers import customer_numbers
from reconcile.fold import fold, words
from reconcile.payers import PayerIndex
from reconcile.values import Payer
from tests.reconcile.book import receipt

PAYERS = PayerIndex()
for number in ("K-19595", "C15183", "D15183", "AB20417", "7788"):
    PAYERS.add(Payer(number, f"Customer {number}"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("KUNDENNUMMER 19595 REF578170", ["K-19595"]),
        ("Kd-Nr K-19595", ["K-19595"]),
        ("N° client 20417", ["AB20417"]),
        ("VIR SEPA RECU /MOTIF CLIENT REF NO 20417 /REF 3845044311425", ["AB20417"]),
        ("invoice 19595", []),
        ("19595", []),
        ("20417 is our order, customer since 1998", []),
        ("CUSTOMER 15183", []),
        ("CUSTOMER C15183", ["C15183"]),
        ("CUSTOMER 7788", []),
    ],
)
def test_a_customer_number_is_read(text: str, found: list[str]) -> None:
    assert customer_numbers(receipt("1.00", text), fold(text), words(fold(text)), PAYERS) == found


def test_a_processors_field_is_a_customer_number() -> None:
    charge = receipt("1.00", "", metadata=(("customer", "AB 20417"),))
    assert customer_numbers(charge, "", [], PAYERS) == ["AB20417"]
