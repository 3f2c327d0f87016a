"""What banks do with the formats, and what is refused with its place."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.statement.csv_guess import guess
from connectors.statement.formats import Books, format_of, read
from connectors.statement.unpacked import Member
from ledger.faults import BadInput
from ledger.statement import Statement, StatementLine
from tests.connectors.statement import writing
from tests.connectors.statement.writing import Row, Sheet

BOOKS = Books(time_zone="Europe/Amsterdam", currency="EUR", country="NL")
DUTCH = (
    ":20:X\r\n:25:NL91ABNA0417164300 EUR\r\n:28C:1\r\n:60F:C251230EUR1000,00\r\n"
    ":61:2512301231C10,00N541NONREF//123\r\n/TRCD/00100/\r\n"
    ":86:/EREF/E2E-9//ORDP//NAME/J. de Vries//REMI/Factuur HC-21\r\n18/\r\n"
    ":61:2601020102RC5,00NTRFNONREF\r\n"
    ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/K. Bakker/REMI/Terug/EREF/NOTPROVIDED\r\n"
    ":62F:C260102EUR1005,00\r\n-\r\n"
)


def one(data: str | bytes, books: Books = BOOKS) -> Statement:
    given = data.encode() if isinstance(data, str) else data
    return read(Member("file", given), books).statements[0]


def lines(data: str | bytes, books: Books = BOOKS) -> tuple[StatementLine, ...]:
    return one(data, books).lines


def test_dutch_fields_years_end_and_a_reversed_credit() -> None:
    paid, back = lines(DUTCH)
    assert one(DUTCH).account == "NL91ABNA0417164300"
    assert (paid.counterparty, paid.text, paid.reference) == ("J. de Vries", "Factuur HC-2118", "E2E-9")
    assert paid.booked_on == date(2025, 12, 31)
    assert (back.counterparty, back.reference, back.amount.minor, back.reversal) == ("K. Bakker", "", -5_00, True)


def test_bai2_goes_on_in_88_and_moves_nothing_by_890() -> None:
    data = (
        "01,B,M,260331,0600,1,,,2/\n02,M,B,1,260302,,USD,2/\n03,123456789,USD,010,5000,,,015,6500,,/\n"
        "16,165,1000,V,260303,,R1,C1,ACME CO\n88,PAYMENT, INV 5/\n16,890,,,,,MEMO/\n49,0,3/\n98,0,1,5/\n99,0,1,7/\n"
    )
    (paid,) = lines(data)
    assert (paid.text, paid.value_on, paid.bank_reference) == ("ACME CO PAYMENT, INV 5", date(2026, 3, 3), "R1")


def test_ofx_without_closing_tags_with_commas_and_signs() -> None:
    data = writing.ofx(Sheet([Row(date(2026, 3, 2), 1_50, "A & B <x>")])).replace(b"<TRNAMT>1.50", b"<TRNAMT>+1,50")
    (paid,) = lines(data)
    assert (paid.amount.minor, paid.counterparty) == (1_50, "A & B <x>")


@pytest.mark.parametrize("version", range(2, 14))
def test_every_version_of_camt(version: int) -> None:
    (paid,) = lines(writing.camt(Sheet([Row(date(2026, 3, 2), 1_50, "Ada", text="INV-1")]), version=version))
    assert (paid.counterparty, paid.text) == ("Ada", "INV-1")


def test_a_moment_in_utc_is_a_day_of_the_entity() -> None:
    data = writing.camt(Sheet([Row(date(2026, 3, 2), 1_50)]))
    late = data.replace(b"<BookgDt><Dt>2026-03-02</Dt>", b"<BookgDt><DtTm>2026-03-02T23:30:00Z</DtTm>")
    assert lines(late)[0].booked_on == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (DUTCH.replace("C10,00", "C1O,00"), "line 5: :61:.* is not a statement line"),
        (DUTCH.split(":62F:", maxsplit=1)[0], "no closing balance"),
        ("01,B,M,260331,0600,1,,,2/\n", "without its trailer"),
        (writing.ofx(Sheet([Row(date(2026, 3, 2), 1)]))[:-12].decode(), "breaks off before its end"),
        (writing.camt(Sheet([Row(date(2026, 3, 2), 1)]))[:-40].decode(), "breaks off or is not well formed"),
        ("<html><body>Sign in</body></html>", "is a web page"),
        ("Date,Amount,Description\n2026-03-02,1.234,x\n", "row 2: 1.234 EUR is finer"),
        ("Date,Amount,Description\n" + "2026-03-02,1.25,x\n" * 6 + "foo,2.00,y\n", "row 8: 'foo' is not a date"),
    ],
)
def test_what_is_broken_is_refused_with_its_place(data: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        lines(data)


def test_columns_signs_and_marks_of_csv() -> None:
    split = 'Date,Description,Debit,Credit\n13/02/2026,Rent,50.00,\n12/02/2026,Ada,,"1,000.00"\n'
    assert [line.amount.minor for line in lines(split)] == [1_000_00, -50_00]
    worded = "Datum;Naam / Omschrijving;Af Bij;Bedrag (EUR)\n20260302;Ada;Bij;1.250,00\n20260303;Huur;Af;50,00\n"
    assert [line.amount.minor for line in lines(worded)] == [1_250_00, -50_00]
    marked = "Date,Amount,Description\n2026-03-02,(50.00),x\n2026-03-03,50.00-,y\n2026-03-04,\u22121.00,z\n"
    assert [line.amount.minor for line in lines(marked)] == [-50_00, -50_00, -1_00]


def test_a_date_that_reads_two_ways_is_said() -> None:
    text = "Date,Amount,Description\n03/04/2026,1.00,x\n05/06/2026,2.00,y\n"
    assert guess(text, "file", "US").layout.date_order == "mdy"
    found = guess(text, "file", "GB")
    assert found.layout.date_order == "dmy"
    assert found.doubts == ("Every date could be read in two ways; the day is taken to stand first.",)


def test_the_format_is_told_by_the_content() -> None:
    sheet = Sheet([Row(date(2026, 3, 2), 1)])
    files = (
        writing.camt(sheet),
        writing.mt940(sheet, envelope=True),
        writing.ofx(sheet),
        writing.bai2(sheet),
        writing.csv(sheet),
    )
    assert [format_of(Member("x.txt", data)) for data in files] == ["camt", "mt940", "ofx", "bai2", "csv"]


def test_western_letters_are_read() -> None:
    data = "Datum;Naam;Omschrijving;Bedrag\n02-03-2026;Jörg Müller;Größe;1,00\n".encode("cp1252")
    assert lines(data)[0].counterparty == "Jörg Müller"
