"""Cases with one plain answer: each must be automatic."""

import pytest

from reconcile.values import Receipt
from tests.reconcile.book import HILL, NORD, SUED, invoice, outcomes, paid, receipt

BOOK = [
    invoice("INV-2026-0117", "1234.56", po="PO-88213", payment_reference="RF18539007547034"),
    invoice("INV-2026-0118", "840.10", payment_reference="0900930017604"),
    invoice("INV-2026-0119", "2210.75", HILL, po="4500017733"),
    invoice("INV-2026-0120", "75.90", SUED),
    invoice("INV-2026-0121", "3115.20", SUED),
]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(receipt("1234.56", "Payment INV-2026-0117"), "id-inv-2026-0117-1", id="1 exact number"),
        pytest.param(receipt("1234.56", "RE 2026/117"), "id-inv-2026-0117-1", id="2 year and no zeros"),
        pytest.param(receipt("1234.56", "inv20260117"), "id-inv-2026-0117-1", id="2 no punctuation"),
        pytest.param(receipt("1234.56", "26-0117"), "id-inv-2026-0117-1", id="2 short year"),
        pytest.param(receipt("1234.56", "invoice 117"), "id-inv-2026-0117-1", id="2 bare"),
        pytest.param(
            receipt("1234.56", "RF18 5390 0754 7034", payer=""), "id-inv-2026-0117-1", id="3 ISO 11649 in groups"
        ),
        pytest.param(receipt("840.10", "KID 0900930017604", payer=""), "id-inv-2026-0118-1", id="3 bank reference"),
        pytest.param(
            receipt("840.10", "", payer="", metadata=(("invoice", "id-inv-2026-0118-1"),), source="stripe"),
            "id-inv-2026-0118-1",
            id="4 id in metadata",
        ),
        pytest.param(
            receipt("2210.75", "your order 4500017733", payer="HILLCREST DENTAL"),
            "id-inv-2026-0119-2",
            id="5 order number",
        ),
        pytest.param(
            receipt("2210.75", "customer C-1002", payer="J SMITH"), "id-inv-2026-0119-2", id="6 customer number"
        ),
        pytest.param(
            receipt("3115.20", "", payer="SUEDSTERN MOEBELWERKE"), "id-inv-2026-0121-3", id="7 payer and amount"
        ),
        pytest.param(
            receipt("75.90", "", payer="", email="buchhaltung@suedstern.example"),
            "id-inv-2026-0120-3",
            id="7 payer by e-mail",
        ),
        pytest.param(
            receipt("840.10", "", payer="", account="DE89 3704 0044 0532 0130 00"), "id-inv-2026-0118-1", id="7 account"
        ),
    ],
)
def test_one_answer_is_automatic(given: Receipt, expected: str) -> None:
    outcome = outcomes(BOOK, [given])["r1"]
    assert paid(outcome) == [expected]
    assert outcome.status == "matched"
    assert outcome.unapplied_minor == 0


def test_8_a_subscription_pays_the_one_month_that_is_open() -> None:
    months = [
        invoice(f"S-{month}", "49.00", HILL, on=f"{month:02d}-01", due=f"{month:02d}-15") for month in range(1, 5)
    ]
    receipts = [
        receipt("49.00", "", "HILLCREST DENTAL PARTNERS", on=f"{month:02d}-12", receipt_id=f"r{month}")
        for month in range(1, 5)
    ]
    answer = outcomes(months, receipts)
    assert {key: paid(outcome) for key, outcome in answer.items()} == {
        f"r{month}": [f"id-s-{month}-2"] for month in range(1, 5)
    }


def test_reasons_are_in_words_and_the_number_comes_first() -> None:
    outcome = outcomes(BOOK, [receipt("1234.56", "Payment INV-2026-0117")])["r1"]
    assert [reason.code for reason in outcome.reasons] == ["names", "form_5", "amount_exact", "payer_name"]
    assert outcome.reasons[-1].values == (NORD.id, NORD.name)


def test_a_book_in_which_every_amount_is_the_same() -> None:
    """One plan, one price: the payer's whole name and the one open invoice are enough."""
    book = [invoice(f"INV-77{place}", "49.00", customer) for place, customer in enumerate((HILL, SUED))]
    found = outcomes(book, [receipt("49.00", "", "HILLCREST DENTAL PARTNERS LLC")])
    assert paid(found["r1"]) == ["id-inv-770-2"]
