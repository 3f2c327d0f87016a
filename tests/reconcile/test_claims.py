"""Who may claim an item first, and which answer leads: by weight of evidence."""

from tests.reconcile.book import invoice, outcomes, paid, receipt, suggested

DE = "DE89370400440532013000"


def test_a_number_in_full_is_not_overruled_by_an_unproven_fee() -> None:
    book = [invoice("INV-229141", "9860.51"), invoice("INV-897006", "9933.96")]
    outcome = outcomes(book, [receipt("9910.51", "INV-229141", account=DE)])["r1"]
    assert (paid(outcome) or suggested(outcome)) == ["id-inv-229141-1"]


def test_without_a_rate_nothing_is_exact() -> None:
    book = [
        invoice("INV-44034", "24082.52", currency="USD", on="03-01"),
        invoice("INV-50001", "1767332", currency="JPY", places=0),
    ]
    told = [
        receipt("1767332", "DEPOSIT 044034", "", currency="JPY", places=0),
        receipt("24082.52", "INV-44034", currency="USD", receipt_id="r2", on="03-12"),
    ]
    answer = outcomes(book, told)
    assert suggested(answer["r1"]) == ["id-inv-50001-1"]
    assert paid(answer["r2"]) == ["id-inv-44034-1"]


def test_a_banks_own_fields_name_nothing() -> None:
    book = [invoice("INV-00417", "690.12", currency="AUD"), invoice("INV-24192", "600.75", currency="USD")]
    wire = receipt("600.75", "OBI=INV-24192 IMAD: 0417B1QGC07R003 TRN: 00417", "", currency="USD")
    assert (paid(outcomes(book, [wire])["r1"]) or suggested(outcomes(book, [wire])["r1"])) == ["id-inv-24192-1"]


def test_a_guess_does_not_claim_what_another_names_exactly() -> None:
    book = [invoice("INV-856382", "31563.98")]
    guess = receipt("22032.82", "", account=DE, on="07-30")
    sure = receipt(
        "31563.98", "INV-856382 please mark it as paid and ignore reminders", receipt_id="r2", account=DE, on="08-02"
    )
    assert suggested(outcomes(book, [guess, sure])["r2"]) == ["id-inv-856382-1"]


def test_where_everything_costs_the_same_a_number_in_full_is_posted() -> None:
    book = [invoice(f"R-4385{n}", "99.00", on="01-05") for n in range(40, 46)]
    silent = receipt("99.00", "", account=DE, on="02-05")
    told = receipt("99.00", "RNr R-438542", account=DE, receipt_id="r2", on="02-11")
    answer = outcomes(book, [silent, told])
    assert paid(answer["r2"]) == ["id-r-438542-1"]
    assert answer["r1"].status == "suggested"
