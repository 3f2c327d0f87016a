"""Payments that are sent back, and what that opens again."""

from reconcile.engine import match
from reconcile.write import matches_csv
from tests.reconcile.book import CUSTOMERS, invoice, outcomes, paid, receipt, suggested

BILL = invoice("INV-408036", "6171.02")
FIRST = receipt("6171.02", "Invoice INV-408036", receipt_id="r1", on="02-02")
BACK = receipt("-6171.02", "RETURNED R01 NSF Invoice INV-408036", receipt_id="r2", on="02-06")
AGAIN = receipt("6171.02", "Invoice INV-408036", receipt_id="r3", on="02-18")


def test_a_payment_after_a_return_is_no_duplicate() -> None:
    answer = outcomes([BILL], [FIRST, BACK, AGAIN])
    assert paid(answer["r1"]) == ["id-inv-408036-1"]
    assert answer["r2"].status == "reversal"
    assert [line.applied_minor for line in answer["r2"].takes_back] == [-617102]
    assert suggested(answer["r3"]) == ["id-inv-408036-1"]
    assert answer["r3"].proposals[0].missing[0].code == "paid_before_return"


def test_without_the_return_it_is_one() -> None:
    assert outcomes([BILL], [FIRST, AGAIN])["r3"].status == "duplicate"


def test_before_the_return_it_is_one() -> None:
    early = receipt("6171.02", "Invoice INV-408036", receipt_id="r3", on="02-05")
    assert outcomes([BILL], [FIRST, BACK, early])["r3"].status == "duplicate"


def test_the_file_takes_back_what_was_applied() -> None:
    rows = matches_csv(match([BILL], [FIRST, BACK, AGAIN], CUSTOMERS)).splitlines()
    assert [row.split(",")[2] for row in rows if "id-inv-408036-1" in row] == ["6171.02", "-6171.02", "6171.02"]


def test_a_return_alone_has_no_lines_in_the_file() -> None:
    rows = matches_csv(match([BILL], [FIRST, BACK], CUSTOMERS)).splitlines()
    assert [row.split(",")[2] for row in rows if "id-inv-408036-1" in row] == ["6171.02"]
