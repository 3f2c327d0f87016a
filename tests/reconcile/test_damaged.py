"""Cases with a slip in the text or the name: still one answer, or a careful suggestion."""

import pytest

from reconcile.values import HistoryRow, Payer, Receipt
from tests.reconcile.book import (
    CUSTOMERS,
    HILL,
    HOLD,
    NORD,
    SUB1,
    SUB2,
    SUED,
    invoice,
    outcomes,
    paid,
    receipt,
    suggested,
)

BOOK = [
    invoice("INV-10234", "1518.40"),
    invoice("INV-10235", "912.33"),
    invoice("INV-10324", "4401.07", HILL),
    invoice("INV-10400", "677.12", SUED),
    invoice("INV-10011", "233.14", status="paid", open_amount="0"),
]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(receipt("1518.40", "INV-10243"), "id-inv-10234-1", id="9 digits transposed"),
        pytest.param(receipt("1518.40", "INV-IO234"), "id-inv-10234-1", id="10 letters for digits"),
        pytest.param(receipt("1518.40", "PAYMENT OF INVOICE INV-102"), "id-inv-10234-1", id="11 cut"),
        pytest.param(receipt("1518.40", "INV-10 234"), "id-inv-10234-1", id="12 split"),
        pytest.param(receipt("1518.40", "PAYMENTINV10234THANKS"), "id-inv-10234-1", id="12 glued"),
        pytest.param(receipt("912.33", "INV-10011"), "id-inv-10235-1", id="13 a paid one quoted"),
        pytest.param(receipt("1518.40", "INV-10324"), "id-inv-10234-1", id="14 another customer's by a slip"),
        pytest.param(receipt("912.33", "INV-10011 INV-10235"), "id-inv-10235-1", id="15 two numbers, one open"),
        pytest.param(
            receipt("677.12", "TRACE 10234 MOEBEL", payer="SUDSTERN MOBELWERKE"), "id-inv-10400-3", id="16 noise digits"
        ),
        pytest.param(receipt("677.12", "", payer="SUDSTERN MOBELWER"), "id-inv-10400-3", id="17 name cut"),
        pytest.param(
            receipt("4401.07", "", payer="DENTAL PARTNERS HILCREST"), "id-inv-10324-2", id="17 reordered and misspelt"
        ),
    ],
)
def test_a_slip_does_not_hide_the_answer(given: Receipt, expected: str) -> None:
    assert paid(outcomes(BOOK, [given])["r1"]) == [expected]


def test_18_a_parent_pays_for_its_subsidiary() -> None:
    book = [invoice("F-501", "1911.19", SUB1), invoice("F-502", "88.17", SUB2)]
    named = outcomes(book, [receipt("1911.19", "F-501", "MERIDIAN HOLDING SE")])["r1"]
    silent = outcomes(book, [receipt("88.17", "", "MERIDIAN HOLDING SE")])["r1"]
    assert paid(named) == ["id-f-501-6"]
    assert (paid(silent) or suggested(silent)) == ["id-f-502-7"]
    assert HOLD.id == SUB1.parent_id


def test_19_a_factor_pays_with_the_whole_number_and_the_exact_amount() -> None:
    assert paid(outcomes(BOOK, [receipt("4401.07", "INV-10324", "EUROFACTOR SERVICES")])["r1"]) == ["id-inv-10324-2"]


def test_19_a_factor_learnt_from_history_is_known() -> None:
    old = [
        HistoryRow(receipt("100.00", "", "EUROFACTOR SERVICES", receipt_id=f"h{n}", on="01-02"), f"old{n}", HILL.id)
        for n in range(2)
    ]
    assert paid(outcomes(BOOK, [receipt("4401.07", "", "EUROFACTOR SERVICES")], history=old)["r1"]) == [
        "id-inv-10324-2"
    ]


def test_20_two_customers_with_one_name_are_told_apart_by_the_number() -> None:
    twin = Payer("C-2001", "Nordwind Logistik GmbH")
    book = [*BOOK, invoice("INV-10500", "1518.40", twin)]
    customers = (*CUSTOMERS, twin)
    assert paid(outcomes(book, [receipt("1518.40", "INV-10500")], customers=customers)["r1"]) == ["id-inv-10500-1"]
    assert paid(outcomes(book, [receipt("1518.40")], customers=customers)["r1"]) == []


def test_a_strangers_number_with_another_amount_is_never_automatic() -> None:
    outcome = outcomes(BOOK, [receipt("400.00", "INV-10324")])["r1"]
    assert paid(outcome) == []
    assert NORD.id != HILL.id


def test_names_of_every_script_survive() -> None:
    customers = [
        Payer("P1", "ООО Ромашка Трейд"), Payer("P2", "株式会社山田製作所"), Payer("P3", "شركة النور للتجارة"), Payer("P4", "Łódź Świt Sp. z o.o."),
    ]  # fmt: skip
    book = [invoice(f"X-{n}", f"{n}11.37", payer) for n, payer in enumerate(customers, 1)]
    said = ["ROMASHKA TREYD OOO", "山田製作所", "شركة النور للتجارة\u200f", "LODZ SWIT"]
    for place, name in enumerate(said, 1):
        answer = outcomes(book, [receipt(f"{place}11.37", "", name)], customers=customers)["r1"]
        assert paid(answer) == [book[place - 1].id], name


def test_an_alias_does_not_hide_another_customer_of_the_name() -> None:
    twin = Payer("C-2001", "Nordwind Logistik GmbH")
    old = [HistoryRow(receipt("9.00", receipt_id=f"h{n}", on="01-02"), f"old{n}", NORD.id) for n in range(3)]
    book = [*BOOK, invoice("INV-10500", "88.31", twin)]
    assert paid(outcomes(book, [receipt("88.31", "INV-10500")], customers=(*CUSTOMERS, twin), history=old)["r1"]) == [
        "id-inv-10500-1"
    ]


def test_on_behalf_of_a_customer_named_in_the_text() -> None:
    book = [invoice("INV-10600", "100.00", SUED), invoice("INV-10601", "100.00", HILL)]
    given = receipt("100.00", "INV-10600 O/B SUDSTERN MOBELWERKE AG", "BIG FACTOR LTD")
    assert paid(outcomes(book, [given])["r1"]) == ["id-inv-10600-3"]


def test_a_first_word_one_slip_away_is_found() -> None:
    assert paid(outcomes(BOOK, [receipt("4401.07", "", "HLILCREST DENTAL PARTNERS")])["r1"]) == ["id-inv-10324-2"]
