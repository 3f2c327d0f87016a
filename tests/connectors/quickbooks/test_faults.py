"""What a refusal means, and how odd answers are taken."""

from __future__ import annotations

from itertools import count

import pytest

from connectors.quickbooks.faults import QuickBooksRefused
from ledger.faults import ConsentLost, Fault, PermissionMissing, Refused, Unreachable
from tests.connectors.quickbooks.books import Books, connector, fault, row
from tests.connectors.wire import NOW, Answer, Call, in_turn, serve


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (fault(403, "3100", "the app is not authorised"), ConsentLost),
        (fault(400, "3200", "token expired"), ConsentLost),
        (fault(403, "5020", "permission denied"), PermissionMissing),
        (Answer(status=403, body=b"<html>no</html>"), PermissionMissing),
        (fault(400, "4001", "no such list"), QuickBooksRefused),
        (fault(400, "6000", "a business rule"), QuickBooksRefused),
        (fault(400, "5010", "stale"), QuickBooksRefused),
        (fault(200, "6000", "a fault in a good answer"), QuickBooksRefused),
        (Answer(status=401, body=b'{"warnings":null,"fault":{"error":[]}}'), ConsentLost),
        (Answer(status=500), Unreachable),
        (Answer(body=b"<html>login</html>"), Unreachable),
        (Answer(body=b'{"QueryResponse": {"Invoi'), Unreachable),
        (Answer(body=b"{}"), Unreachable),
        (Answer(body=b'{"QueryResponse": ' + b"[" * 5_000 + b"]" * 5_000 + b"}"), Unreachable),
    ],
)
def test_refusals_by_status_and_code(answer: Answer, expected: type[Fault]) -> None:
    with serve(in_turn(answer)) as server, pytest.raises(expected):
        list(connector(server.url).read("Invoice", ["1"]))


def test_a_missing_record_is_known_by_its_code() -> None:
    with serve(in_turn(fault(400, "610", "Object Not Found"))) as server, pytest.raises(QuickBooksRefused) as caught:
        list(connector(server.url).read("Invoice", ["1"]))

    assert caught.value.gone


def test_an_expired_token_is_renewed_once() -> None:
    books = Books(rows={"Invoice": [row("1")]})

    def script(call: Call) -> Answer:
        return Answer(status=401) if call.headers["authorization"] == "Bearer first" else books.script(call)

    with serve(script) as server:
        [page] = list(connector(server.url).read("Invoice", ["1"]))
        company = connector(server.url).company()

    assert [record.external_id for record in page.records] == ["1"]
    assert company.name == "Alder & Sons"


def test_a_company_in_other_forms_is_the_same() -> None:
    plain, odd = Books(), Books()
    odd.rows["CompanyInfo"] = [{**odd.rows["CompanyInfo"][0], "Id": 1, "SyncToken": 0}]
    odd.rows["Preferences"] = [
        {**odd.rows["Preferences"][0], "CurrencyPrefs": [{"HomeCurrency": "USD", "MultiCurrencyEnabled": "false"}]}
    ]
    with serve(plain.script) as here, serve(odd.script) as there:
        assert connector(here.url).company() == connector(there.url).company()


def test_a_connection_without_a_company_says_so() -> None:
    with serve(Books(rows={"CompanyInfo": []}).script) as server, pytest.raises(Refused, match="names no company"):
        connector(server.url).company()


def test_ids_are_quoted_and_rows_without_an_id_are_told() -> None:
    books = Books(rows={"Invoice": [{"TotalAmt": 1}]})
    with serve(books.script) as server:
        list(connector(server.url).read("Invoice", ["1' OR '1"]))
        books.orders = False
        books.rows["Invoice"] = [{"Id": "3"}, {"Id": None}]
        pages = list(connector(server.url).pull("books", {"todo": ["Invoice"]}))

    assert "Id IN ('1\\' OR \\'1')" in books.statements[0]
    assert [finding.code for finding in pages[0].findings] == ["undecodable"]
    assert [record.external_id for record in pages[0].records] == ["3"]


@pytest.mark.parametrize("feed", ["reference", "books"])
@pytest.mark.parametrize("number", range(1, 8))
def test_an_empty_object_empties_no_list(feed: str, number: int) -> None:
    """Once, at any call of a full pass: what it was asked for is asked for again."""
    books = Books(rows={"Invoice": [row("1")], "Payment": [row("2")], "Account": [row("3")], "Customer": [row("4")]})
    with serve(books.script) as server:
        expected = _all(server.url, feed)
    calls = count(1)

    def script(call: Call) -> Answer:
        return Answer(body=b"{}") if next(calls) == number else books.script(call)

    with serve(script) as server:
        assert _all(server.url, feed) == expected


def _all(url: str, feed: str) -> set[tuple[str, str]]:
    pages = list(connector(url).pull(feed, None))
    assert pages[-1].done
    return {(record.kind, record.external_id) for page in pages for record in page.records}


def test_an_empty_object_is_no_feed_without_changes() -> None:
    since = {"since": NOW.isoformat()}
    with serve(in_turn(Answer(body=b"{}"))) as server, pytest.raises(Unreachable, match="no CDCResponse"):
        list(connector(server.url).pull("books", since))
