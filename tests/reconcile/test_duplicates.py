"""The same money again: told in other words, under a damaged name, before its first payment was decided, and what is no repeat."""

import msgspec
import pytest

from reconcile.values import HistoryRow, OpenItem, Receipt
from tests.reconcile.book import HILL, NORD, SUB1, SUED, day, invoice, outcomes, paid, receipt

BOOK = [invoice("INV-6001", "731.18"), invoice("INV-6002", "95.20"), invoice("INV-6003", "4410.55", HILL)]


def statuses(book: list[OpenItem], *came: Receipt) -> list[str]:
    found = outcomes(book, came)
    return [found[one.id].status for one in came]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(receipt("731.18", "INV-6001", ""), receipt("731.18", ""), id="first by number, second by name"),
        pytest.param(receipt("731.18"), receipt("731.18", "", "NORDWINND LOGIST"), id="second under a damaged name"),
        pytest.param(
            receipt("731.18", "", account="NL91ABNA0417164300"),
            receipt("731.18", "", "SMITH", account="NL91ABNA0417164300"),
            id="one account, another name",
        ),
        pytest.param(
            receipt("713.18", "INV-6001"), receipt("713.18", "your INV-6001"), id="digits of the amount turned twice"
        ),
        pytest.param(
            receipt("4410.55", "thanks", "HILLCREST DNETAL PTNRS"),
            receipt("4410.55", "INV-6003", "Hillcrest Dental Partners LLC"),
            id="the later one is the clearer",
        ),
    ],
)
def test_the_same_money_again(first: Receipt, second: Receipt) -> None:
    later = msgspec.structs.replace(second, id="r2", received_on=day("02-21"))
    found = statuses(BOOK, first, later)
    assert found[1] == "duplicate"
    assert found[0] in {"matched", "partly_matched", "suggested"}


def test_the_first_of_two_that_wait_keeps_its_turn_under_a_damaged_name() -> None:
    """A sister pays for C-1006: cut and misspelt at first, whole the second time."""
    book = [invoice("INV-6701", "2719.89", SUB1)]
    first = receipt("2719.89", "CHECK 3628 THANK YOU", "MERIDIAN LAKE GM")
    second = receipt("2719.89", "CHECK 3211", "Meridian Lacke GmbH", receipt_id="r2", on="02-21")
    assert statuses(book, first, second)[1] == "duplicate"


def test_a_number_with_slashes_is_no_instalment() -> None:
    book = [invoice("FV/70/06/2026", "1272.46"), invoice("FV/73/04/2026", "2010.88")]
    first = receipt("1272.46", "Faktura FV/70/06/2026")
    second = receipt("1272.46", "FV FV/20/06/2026", receipt_id="r2", on="02-21")
    assert statuses(book, first, second) == ["matched", "duplicate"]


def test_equal_payments_for_equal_items_are_no_repeats() -> None:
    months = [
        invoice(f"INV-61{month:02d}", "49.00", on=f"{month:02d}-01", due=f"{month:02d}-15") for month in (1, 2, 3)
    ]
    came = [receipt("49.00", "", on=f"{month:02d}-03", receipt_id=f"r{month}") for month in (1, 2, 3)]
    assert statuses(months, *came) == ["matched"] * 3


def test_two_equal_receipts_for_two_equal_items_are_no_repeats() -> None:
    twins = [invoice("INV-6201", "310.40"), invoice("INV-6202", "310.40")]
    came = [receipt("310.40", "INV-6201"), receipt("310.40", "INV-6202", receipt_id="r2", on="02-06")]
    assert statuses(twins, *came) == ["matched"] * 2


def test_instalments_are_no_repeats() -> None:
    book = [invoice("INV-6301", "900.00")]
    came = [receipt("300.00", f"INV-6301 {part}/3", receipt_id=f"r{part}", on=f"02-0{part}") for part in (1, 2, 3)]
    assert statuses(book, *came) == ["matched"] * 3


def test_another_month_without_words_is_no_repeat_of_what_a_person_matched() -> None:
    old = HistoryRow(receipt("77.40", "", on="01-05", receipt_id="h1"), "old-1", NORD.id, 7740)
    now = receipt("77.40", "", on="02-05")
    open_again = outcomes([invoice("INV-6401", "77.40", on="02-01")], [now], history=[old])["r1"]
    assert paid(open_again) == ["id-inv-6401-1"]
    assert outcomes([invoice("INV-6402", "12.00", on="02-01")], [now], history=[old])["r1"].status == "duplicate"


def test_what_pays_something_else_gives_way_to_the_clear_one() -> None:
    """A supplier's credit of an invoice's amount does not make the invoice's own payment a repeat."""
    book = [invoice("INV-6501", "642.90", SUED)]
    odd = receipt("642.90", "SUPPLIER CREDIT YOUR RETURN", "SUEDSTERN MOEBELWERKE AG")
    clear = receipt("642.90", "INV-6501", "SUEDSTERN MOEBELWERKE AG", receipt_id="r2", on="02-20")
    found = outcomes(book, [odd, clear])
    assert found["r2"].status != "duplicate"
    assert found["r2"].proposals[0].lines[0].item_id == "id-inv-6501-3"


def test_equal_receipts_of_a_day_each_have_their_own_item_where_enough_stand_open() -> None:
    """Three equal invoices, three equal payments without a word: which is which nobody knows, but none is a repeat."""
    book = [invoice(f"INV-660{place}", "49.00") for place in range(3)]
    came = [receipt("49.00", receipt_id=f"r{place}") for place in range(4)]
    found = statuses(book, *came)
    assert found[:3] == ["suggested"] * 3
    assert found[3] == "duplicate"
