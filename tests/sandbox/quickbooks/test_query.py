from __future__ import annotations

import pytest

from sandbox.quickbooks.faults import Refusal
from sandbox.quickbooks.query import Condition, parse
from tests.sandbox.quickbooks.office import Office


def test_a_full_statement_is_read_whatever_its_case() -> None:
    query = parse(
        "select Id, MetaData.CreateTime from Invoice where TxnDate >= '2026-01-01' and Id in ('1', '2') "
        "ORDERBY TxnDate DESC, Id STARTPOSITION 11 MAXRESULTS 20"
    )
    assert query.kind == "Invoice"
    assert query.fields == ("Id", "MetaData.CreateTime")
    assert query.where == (Condition("TxnDate", ">=", ("2026-01-01",)), Condition("Id", "IN", ("1", "2")))
    assert query.order == (("TxnDate", True), ("Id", False))
    assert (query.start, query.limit) == (11, 20)


def test_a_quote_inside_a_text_is_escaped_by_a_backslash() -> None:
    assert parse(r"SELECT * FROM Customer WHERE DisplayName = 'O\'Hara \\ Sons'").where[0].values == (r"O'Hara \ Sons",)


@pytest.mark.parametrize(
    "statement",
    [
        "",
        "SELECT FROM Invoice",
        "SELECT * FROM",
        "SELECT * FROM Invoice WHERE",
        "SELECT * FROM Invoice WHERE DocNumber = 'O'Hara'",
        "SELECT * FROM Invoice WHERE DocNumber != '1'",
        "SELECT * FROM Invoice WHERE Id = '1' OR Id = '2'",
        "SELECT * FROM Invoice GROUP BY CustomerRef",
        "SELECT * FROM Invoice MAXRESULTS many",
        "DELETE FROM Invoice",
    ],
)
def test_what_is_no_statement_is_a_parser_error(statement: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(statement)
    assert caught.value.code == "4000"
    assert "QueryParserError" in caught.value.detail


@pytest.mark.parametrize("page", ["STARTPOSITION 0", "MAXRESULTS 0", "MAXRESULTS 1001"])
def test_a_page_out_of_range_is_a_validation_error(page: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(f"SELECT * FROM Invoice {page}")
    assert caught.value.code == "4001"


def test_a_page_says_where_it_starts_and_how_much_it_holds(office: Office) -> None:
    page = office.query("SELECT * FROM Invoice STARTPOSITION 2 MAXRESULTS 3")
    assert (page["startPosition"], page["maxResults"], len(page["Invoice"])) == (2, 3, 3)


def test_no_rows_means_no_key(office: Office) -> None:
    assert office.query("SELECT * FROM Invoice WHERE DocNumber = 'nothing'") == {}


def test_get_and_post_ask_alike_and_name_the_kind_in_the_journal(office: Office) -> None:
    statement = "SELECT COUNT(*) FROM Invoice WHERE Balance > '0'"
    assert office.get("query", query=statement).body["QueryResponse"] == office.query(statement) == {"totalCount": 3}
    last = office.stand.journal.entries()[-1]
    assert (last.kind, last.tenant) == ("Invoice", office.realm)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("WHERE CustomerRef = '{ash}'", {"inv-1", "inv-2"}),
        ("WHERE TxnDate > '2026-09-10' AND TxnDate <= '2026-10-05'", {"inv-3", "inv-4"}),
        ("WHERE DocNumber IN ('INV-1', 'INV-6')", {"inv-1", "inv-6"}),
        ("WHERE DocNumber LIKE 'INV-%' AND TotalAmt < 78", {"inv-3", "inv-4", "inv-6"}),
        ("WHERE Balance = '0'", {"inv-1", "inv-4"}),
        ("WHERE Id > '{inv-3}'", {"inv-4", "inv-6"}),
        ("WHERE MetaData.LastUpdatedTime >= '2026-10-01T00:00:00-04:00'", {"inv-3", "inv-4", "inv-6"}),
        ("WHERE MetaData.CreateTime < '2026-09-01T00:00:00Z'", {"inv-1"}),
    ],
)
def test_conditions_choose_rows(office: Office, where: str, expected: set[str]) -> None:
    named = {"ash": office.id("ash"), "inv-3": office.id("inv-3")}
    for key, value in named.items():
        where = where.replace("{" + key + "}", value)
    assert {row["Id"] for row in office.rows("Invoice", where)} == {office.id(key) for key in expected}


def test_payments_are_found_by_reference(office: Office) -> None:
    (row,) = office.rows("Payment", "WHERE PaymentRefNum = 'CHK 77' AND TotalAmt = '120.00'")
    assert row["Id"] == office.id("pay-1")


@pytest.mark.parametrize(
    ("kind", "field"), [("Payment", "PrivateNote"), ("Payment", "DocNumber"), ("Invoice", "Line"), ("Invoice", "Nope")]
)
def test_what_cannot_be_filtered_is_refused(office: Office, kind: str, field: str) -> None:
    answer = office.post("query", f"SELECT * FROM {kind} WHERE {field} = 'x'")
    assert (answer.status, answer.code) == (400, "4001")
    assert answer.body["Fault"]["type"] == "ValidationFault"


def test_order_and_named_fields(office: Office) -> None:
    rows = office.query("SELECT DocNumber FROM Invoice ORDERBY TotalAmt DESC MAXRESULTS 2")["Invoice"]
    assert [row["DocNumber"] for row in rows] == ["INV-2", "INV-1"]
    assert "Line" not in rows[0]
    assert rows[0]["Id"] == office.id("inv-2")


def test_ordered_by_update_time_ties_go_by_id(office: Office) -> None:
    rows = office.rows("Invoice", "ORDERBY MetaData.LastUpdatedTime")
    stamps = [(row["MetaData"]["LastUpdatedTime"], int(row["Id"])) for row in rows]
    assert len(stamps) == 5
    assert [row[0][:10] for row in stamps] == sorted(row[0][:10] for row in stamps)


def test_an_unknown_entity_is_refused(office: Office) -> None:
    assert office.post("query", "SELECT * FROM Elephant").code == "4001"
