"""One payment for several documents: taken only when there is one way to add up."""

from reconcile.values import OpenItem
from tests.reconcile.book import HILL, KITE, NORD, SUB1, SUB2, invoice, outcomes, paid, receipt, suggested

AMOUNTS = ("812.17", "1190.43", "377.91", "2405.66", "519.08", "1633.29", "94.75")


def series(count: int = 6, first: int = 1001) -> list[OpenItem]:
    """Invoices of Nordwind with amounts that do not add up to one another."""
    return [
        invoice(f"INV-{first + place}", AMOUNTS[place], on=f"01-{place + 1:02d}", due=f"01-{place + 20:02d}")
        for place in range(count)
    ]


def ids(*numbers: int) -> list[str]:
    return [f"id-inv-{number}-1" for number in numbers]


def test_21_two_numbers() -> None:
    assert paid(outcomes(series(), [receipt("2002.60", "INV-1001 + 1002")])["r1"]) == ids(1001, 1002)


def test_22_a_range_and_a_shortened_range() -> None:
    for text in ("INV-1001-1006", "INV 1001 to 1006", "INV-1001 - 06"):
        assert paid(outcomes(series(), [receipt("6938.54", text)])["r1"]) == ids(*range(1001, 1007)), text


def test_23_some_of_the_open_ones_without_numbers() -> None:
    assert paid(outcomes(series(), [receipt("3736.91")])["r1"]) == ids(1001, 1004, 1005)


def test_24_everything_open() -> None:
    assert paid(outcomes(series(), [receipt("6938.54")])["r1"]) == ids(*range(1001, 1007))


def test_25_a_statement_month() -> None:
    book = [*series(), invoice("INV-1101", "300.25", on="02-01"), invoice("INV-1102", "41.99", on="02-02")]
    assert paid(outcomes(book, [receipt("342.24", "statement February", on="03-02")])["r1"]) == ids(1101, 1102)


def test_26_a_credit_note_nets() -> None:
    book = [*series(2), invoice("CN-77", "112.40", kind="credit_note")]
    named = outcomes(book, [receipt("1890.20", "INV-1001, INV-1002 less CN-77")])["r1"]
    silent = outcomes(book, [receipt("1890.20", "INV-1001 1002")])["r1"]
    for outcome in (named, silent):
        assert sorted(paid(outcome)) == sorted([*ids(1001, 1002), "id-cn-77-1"])
        assert [line.applied_minor for line in outcome.proposals[0].lines if line.item_id == "id-cn-77-1"] == [-11240]
        assert outcome.unapplied_minor == 0


def test_27_several_ways_to_add_up_are_all_suggested() -> None:
    book = [invoice(f"INV-{n}", amount) for n, amount in enumerate(("100.10", "200.20", "150.15", "150.15"), 1)]
    outcome = outcomes(book, [receipt("300.30")])["r1"]
    assert outcome.status == "suggested"
    assert len(outcome.proposals) > 1


def test_28_more_than_thirty_open() -> None:
    book = [invoice(f"INV-{2000 + n}", f"{137 + n * 41}.{(n * 37) % 100:02d}", on="01-05") for n in range(40)]
    total = sum(item.open_minor for item in book)
    assert len(paid(outcomes(book, [receipt(f"{total // 100}.{total % 100:02d}")])["r1"])) == 40


def test_29_one_payment_for_several_customers_by_number() -> None:
    book = [*series(1), invoice("INV-3001", "55.15", HILL), invoice("INV-3002", "18.77", KITE)]
    outcome = outcomes(book, [receipt("73.92", "INV-3001 INV-3002", "CARD TERMINAL")])["r1"]
    assert sorted(paid(outcome)) == ["id-inv-3001-2", "id-inv-3002-4"]


def test_29_a_parent_pays_for_two_subsidiaries_by_number() -> None:
    book = [invoice("F-501", "1911.19", SUB1), invoice("F-502", "88.17", SUB2)]
    assert sorted(paid(outcomes(book, [receipt("1999.36", "F-501 F-502", "MERIDIAN HOLDING")])["r1"])) == [
        "id-f-501-6",
        "id-f-502-7",
    ]


def test_57_round_prices_add_up_by_chance() -> None:
    book = [invoice(f"INV-{n}", amount, NORD) for n, amount in enumerate(("100.00", "250.00", "400.00", "1200.00"), 1)]
    outcome = outcomes(book, [receipt("350.00")])["r1"]
    assert paid(outcome) == []
    assert suggested(outcome)
