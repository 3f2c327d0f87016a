"""What an import writes, what it refuses whole, and the way back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from ledger.faults import BadInput, Conflict, Refused
from store.audit import entries, first_broken
from store.database import Database
from store.tables.intake import records
from store.tables.matching import receipts
from store.tables.statements import statement_imports
from tests.connectors.statement import writing
from tests.connectors.statement.writing import Row, Sheet, camt_details, camt_entry
from tests.sync.statements.account import Account

DAY = date(2026, 3, 2)
ROWS = [
    Row(DAY, 120_00, "Ada Smith Ltd", "GB33BUKB20201555555555", "INV-204", "E2E-1", "1001"),
    Row(DAY, -4_50, "Bank", "", "Fee March", "", "1002"),
    Row(DAY + timedelta(days=1), 75_30, "Bob Jones", "", "INV-205", "", "1003"),
]


def test_credits_become_receipts_of_the_bank(database: Database) -> None:
    account = Account(database)
    account.bring(writing.camt(Sheet(ROWS)))
    found = account.receipts()
    assert [(row.amount_minor, row.payer_name, row.reference, row.source) for row in found] == [
        (120_00, "Ada Smith Ltd", "INV-204 E2E-1", "bank"),
        (75_30, "Bob Jones", "INV-205", "bank"),
    ]
    assert found[0].payer_account == "GB33BUKB20201555555555"
    assert [row.kind for row in account.entries()] == ["credit", "debit", "credit"] or sorted(
        row.kind for row in account.entries()
    ) == ["credit", "credit", "debit"]


def test_a_batch_is_one_line_and_a_receipt_for_each_of_its_payments(database: Database) -> None:
    one, two = Row(DAY, 20_00, "Ada", text="INV-1"), Row(DAY, 30_00, "Bob", text="INV-2")
    details = "".join(
        camt_details(row, 8, f'<Amt Ccy="EUR">{writing.figure(row.minor, "EUR")}</Amt>') for row in (one, two)
    )
    entry = camt_entry(Row(DAY, 50_00), "EUR", 8, details=details)
    data = writing.camt(Sheet([])).replace(b"</Stmt>", entry.encode() + b"</Stmt>")
    account = Account(database)
    assert account.bring(data).new == 1
    assert [(row.amount_minor, row.payer_name) for row in account.receipts()] == [(20_00, "Ada"), (30_00, "Bob")]
    assert len({row.record_id for row in account.entries()}) == 1


def test_details_that_do_not_add_up_leave_one_receipt(sqlite_database: Database) -> None:
    details = "".join(camt_details(Row(DAY, 1), 8, '<Amt Ccy="EUR">20.00</Amt>') for _ in range(2))
    entry = camt_entry(Row(DAY, 50_00), "EUR", 8, details=details)
    account = Account(sqlite_database)
    account.bring(writing.camt(Sheet([])).replace(b"</Stmt>", entry.encode() + b"</Stmt>"))
    assert [row.amount_minor for row in account.receipts()] == [50_00]


def test_a_reversed_credit_is_money_that_went_back(sqlite_database: Database) -> None:
    entry = camt_entry(Row(DAY, -20_00, "Ada", text="return"), "EUR", 8, more="<RvslInd>true</RvslInd>")
    account = Account(sqlite_database)
    account.bring(writing.camt(Sheet([])).replace(b"</Stmt>", entry.encode() + b"</Stmt>"))
    assert [(row.kind, row.amount_minor) for row in account.entries()] == [("reversal", -20_00)]
    assert [row.amount_minor for row in account.receipts()] == [-20_00]


def test_pending_lines_wait_and_go_when_they_are_booked(sqlite_database: Database) -> None:
    account = Account(sqlite_database)
    pending = writing.camt(Sheet(ROWS[:1]), message="052").replace(b"BOOK", b"PDNG")
    taken = account.bring(pending)
    assert (taken.new, taken.pending) == (0, 1)
    assert account.receipts() == []
    assert [row.status for row in account.entries()] == ["pending"]
    account.bring(writing.camt(Sheet(ROWS)))
    assert [row.status for row in account.entries()] == ["open", "open", "open"]


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_currencies_without_and_with_three_decimals(sqlite_database: Database, currency: str) -> None:
    account = Account(sqlite_database)
    account.bring(writing.camt(Sheet(ROWS, currency=currency)))
    assert [row.amount_minor for row in account.receipts()] == [120_00, 75_30]
    assert {row.currency for row in account.receipts()} == {currency}


def test_formulas_stay_text(sqlite_database: Database) -> None:
    account = Account(sqlite_database)
    account.bring(
        writing.csv(Sheet([Row(DAY, 5_00, "=HYPERLINK(1)", text="@SUM(A1)")])), account="Operating", currency="EUR"
    )
    assert account.receipts()[0].payer_name == "=HYPERLINK(1)"


def test_a_file_that_breaks_off_leaves_nothing(database: Database) -> None:
    account = Account(database)
    data = writing.camt(Sheet(ROWS)).replace(b'<Amt Ccy="EUR">75.30', b'<Amt Ccy="EUR">75,3O')
    with pytest.raises(BadInput, match=r"statement\.xml, statement 1, entry 3, Amt: '75,3O' is not an amount"):
        account.bring(data)
    with database.read() as connection:
        for table in (statement_imports, records, receipts):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_an_import_is_taken_back_whole(database: Database) -> None:
    account = Account(database)
    first = account.bring(writing.camt(Sheet(ROWS[:2])))
    second = account.bring(writing.camt(Sheet(ROWS)))
    assert account.undo(second.import_id) == 1
    assert sorted(row.amount_minor for row in account.entries()) == [-4_50, 120_00]
    assert [row.amount_minor for row in account.receipts()] == [120_00]
    with pytest.raises(Conflict, match="taken back already"):
        account.undo(second.import_id)
    assert account.undo(first.import_id) == 2
    assert (account.entries(), account.receipts()) == ([], [])
    assert account.bring(writing.camt(Sheet(ROWS))).new == 3
    assert len(account.receipts()) == 2
    with database.read() as connection:
        verbs = [row.verb for row in entries(connection, account.place.organisation_id, limit=10)]
        assert verbs.count("statement.undo") == 2
        assert first_broken(connection, account.place.organisation_id) is None


def test_a_line_that_another_file_lists_stays(sqlite_database: Database) -> None:
    account = Account(sqlite_database)
    first = account.bring(writing.camt(Sheet(ROWS[:2])))
    account.bring(writing.camt(Sheet(ROWS)))
    assert account.undo(first.import_id) == 0
    assert len(account.entries()) == 3


def test_what_somebody_decided_on_keeps_its_import(database: Database) -> None:
    account = Account(database)
    taken = account.bring(writing.camt(Sheet(ROWS)))
    with database.write() as connection:
        connection.execute(update(receipts).where(receipts.c.amount_minor == 120_00).values(status="parked"))
    with pytest.raises(Refused, match=r"receipt of 2 Mar 2026 over EUR 120\.00 was decided on; undo that"):
        account.undo(taken.import_id)
    assert len(account.receipts()) == 2


def test_lines_that_do_not_lead_to_the_closing_balance_are_a_finding(database: Database) -> None:
    account = Account(database)
    data = writing.camt(Sheet(ROWS)).replace(b"1190.80", b"1195.80")
    assert "5.00 is missing" in account.look(data).notes[0]
    account.bring(data)
    assert any("EUR 5.00 is missing" in sentence for sentence in account.findings())


def test_a_gap_between_statements_is_a_finding_until_it_is_filled(database: Database) -> None:
    account = Account(database)
    days = [DAY + timedelta(days=at) for at in range(3)]
    rows = [Row(day, 10_00 + at, f"Payer {at}") for at, day in enumerate(days)]
    openings = [0, 10_00, 20_01]
    sheets = [Sheet([row], opening=opening) for row, opening in zip(rows, openings, strict=True)]
    account.bring(writing.camt(sheets[0]))
    account.bring(writing.camt(sheets[2]))
    assert [sentence for sentence in account.findings() if "EUR 10.01 is not explained" in sentence]
    assert "2 Mar 2026" in account.findings()[0]
    account.bring(writing.camt(sheets[1]))
    assert account.findings() == []


def test_an_iban_and_the_national_number_are_one_account(sqlite_database: Database) -> None:
    account = Account(sqlite_database)
    account.bring(writing.camt(Sheet(ROWS)))
    taken = account.bring(writing.mt940(Sheet(ROWS, account="37040044/532013000")))
    assert taken.new == 0


def test_a_file_that_names_no_account_asks_for_it(sqlite_database: Database) -> None:
    account = Account(sqlite_database)
    with pytest.raises(BadInput, match="does not say which account"):
        account.look(writing.csv(Sheet(ROWS)))
    account.bring(writing.camt(Sheet(ROWS)))
    with pytest.raises(BadInput, match=r"Operating \(••3000\)"):
        account.look(writing.csv(Sheet(ROWS)))


def test_a_layout_is_remembered_by_the_files_header(sqlite_database: Database) -> None:
    account = Account(sqlite_database)
    data = writing.csv(Sheet(ROWS))
    planned = account.look(data, account="Operating", currency="EUR")
    assert planned.layout is not None
    assert not planned.remembered
    other = planned.layout.__class__(
        **{name: getattr(planned.layout, name) for name in planned.layout.__struct_fields__ if name != "inverted"},
        inverted=True,
    )
    account.bring(data, account="Operating", currency="EUR", layout=other)
    again = account.look(data, account="Operating", currency="EUR")
    assert again.remembered
    assert again.layout == other
