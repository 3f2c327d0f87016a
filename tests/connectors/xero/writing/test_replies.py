"""Answers that are odd: out of order, short, without ids; and what Xero's sentences come to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from connectors.message import Reply
from connectors.writing import Batch, Outcome, Result
from connectors.xero.writing.books import Books
from connectors.xero.writing.refusals import understood
from connectors.xero.writing.replies import outcomes
from tests.connectors.xero.writing.desk import codes, gbp, marker

BOOKS = Books.of("GBP", "GB", "Stripe", ())
NOW = datetime(2026, 11, 20, tzinfo=UTC)
ONE, TWO = marker(), marker()


def _batch(
    *members: str, method: str = "PUT", path: str = "Payments", items: list[dict[str, Any]] | None = None
) -> Batch:
    name = path.rpartition("/")[2] if method == "PUT" else path.partition("/")[0]
    sent = items if items is not None else [{"Reference": write_id, "Amount": 5} for write_id in members]
    return Batch(method=method, path=path, body=json.dumps({name: sent}).encode(), members=members)


def _said(batch: Batch, content: object, status: int = 200) -> list[Outcome]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return outcomes(batch, Reply(status=status, headers={}, body=body, requested_at=NOW), BOOKS)


def _payment(external_id: str, **more: object) -> dict[str, object]:
    return {"PaymentID": external_id, "Amount": 5.10, "Status": "AUTHORISED", "StatusAttributeString": "OK", **more}


def test_items_are_known_by_their_marker_in_any_order() -> None:
    body = {"Payments": [_payment("p-2", Reference=TWO), _payment("p-1", Reference=ONE)]}
    found = _said(_batch(ONE, TWO), body)
    assert [one.standing.external_id for one in found if one.standing] == ["p-1", "p-2"]
    assert [one.standing.amount for one in found if one.standing] == [gbp(510), gbp(510)]


def test_items_without_a_marker_are_known_by_their_place() -> None:
    found = _said(_batch(ONE, TWO), {"Payments": [_payment("p-1", Amount=5), _payment("p-2", Amount=5)]})
    assert [one.standing.external_id for one in found if one.standing] == ["p-1", "p-2"]


def test_what_an_answer_leaves_out_is_unknown() -> None:
    found = _said(_batch(ONE, TWO), {"Payments": [_payment("p-1", Reference=ONE)]})
    assert [(one.result, one.code) for one in found] == [(Result.POSTED, ""), (Result.UNKNOWN, "not_answered")]


@pytest.mark.parametrize("external_id", ["", "00000000-0000-0000-0000-000000000000"])
def test_a_record_without_an_id_is_unknown(external_id: str) -> None:
    (found,) = _said(_batch(ONE), {"Payments": [_payment(external_id, Reference=ONE)]})
    assert found.result is Result.UNKNOWN


def test_another_invoice_in_the_place_of_ours_is_unknown() -> None:
    batch = _batch(ONE, path="Overpayments/o-1/Allocations", items=[{"Invoice": {"InvoiceID": "i-1"}, "Amount": 5}])
    (found,) = _said(batch, {"Allocations": [{"AllocationID": "a-1", "Amount": 5, "Invoice": {"InvoiceID": "i-2"}}]})
    assert found.result is Result.UNKNOWN
    (found,) = _said(batch, {"Allocations": [{"AllocationID": "a-1", "Amount": 5.00, "Invoice": {"InvoiceID": "i-1"}}]})
    assert found.standing is not None
    assert (found.standing.kind, found.standing.external_id) == ("Overpayments", "o-1/a-1")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"Payments": 5}', b'{"Payments": [5]}', b"{}"])
def test_an_answer_that_says_nothing_counts_as_none(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        _said(_batch(ONE), body)


def test_an_item_may_fail_without_a_word() -> None:
    (found,) = _said(_batch(ONE), {"Payments": [{"Reference": ONE, "StatusAttributeString": "ERROR"}]})
    assert (found.result, found.code) == (Result.REFUSED, "refused")
    assert "no reason given" in found.sentence


def test_the_state_of_the_document_beside_a_refusal_is_told() -> None:
    words = [{"Message": "Payment amount exceeds the amount outstanding on this document"}]
    item = {"Reference": ONE, "Invoice": {"Status": "PAID"}, "ValidationErrors": words}
    assert codes(_said(_batch(ONE), {"Payments": [item]})) == ["already_paid"]


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (400, {"ErrorNumber": 14, "Message": "The request body is no JSON"}, (Result.REFUSED, "refused")),
        (400, {"Title": "Bad Request", "Detail": "The Idempotency-Key was used before"}, (Result.UNKNOWN, "key_spent")),
        (400, b"nonsense", (Result.REFUSED, "refused")),
        (404, b"The resource cannot be found", (Result.REFUSED, "document_missing")),
        (
            400,
            {"Elements": [{"ValidationErrors": [{"Message": "The period lock date"}]}]},
            (Result.REFUSED, "period_locked"),
        ),
    ],
)
def test_a_call_that_is_refused_as_a_whole(status: int, content: object, expected: tuple[Result, str]) -> None:
    (found,) = _said(_batch(ONE), content, status)
    assert (found.result, found.code) == expected


def test_of_a_refused_call_those_that_were_right_go_again() -> None:
    words = [{"Message": "Account could not be found"}]
    body = {"Elements": [{"Reference": TWO, "ValidationErrors": words}]}
    found = _said(_batch(ONE, TWO), body, 400)
    assert [(one.result, one.code) for one in found] == [
        (Result.LATER, "call_refused"), (Result.REFUSED, "account_unfit")
    ]  # fmt: skip


def test_endings_are_known_by_their_ids() -> None:
    items = [{"BankTransactionID": "b-1", "Status": "DELETED"}, {"BankTransactionID": "b-2", "Status": "DELETED"}]
    batch = _batch(ONE, TWO, method="POST", path="BankTransactions", items=items)
    moved = {"BankTransactionID": "b-2", "Status": "DELETED", "Total": 1, "Type": "SPEND"}
    found = _said(batch, {"BankTransactions": [moved]})
    assert [one.result for one in found] == [Result.UNKNOWN, Result.POSTED]
    assert found[1].standing is not None
    assert found[1].standing.ended


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("The document date cannot be before the end of year lock date, currently 31 March 2026", "period_locked"),
        (
            "The Contact Ash is archived. The Contact must be un-archived before creating new invoices",
            "contact_archived",
        ),
        ("Account code '090' has been archived.", "account_archived"),
        ("Account code '200' is not a valid code for this document.", "account_unfit"),
        ("This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement.", "reconciled"),
        ("Payments within a batch payment cannot be deleted", "in_batch"),
        ("The TaxType code 'X' does not exist or cannot be used for this type of transaction.", "tax_unfit"),
        ("Organisation is not subscribed to currency USD", "currency_unfit"),
        ("Something that was never seen", "refused"),
    ],
)
def test_words_come_to_a_code(words: str, code: str) -> None:
    found, sentence = understood([words])
    assert found == code
    assert words in sentence


@pytest.mark.parametrize(
    ("status", "code"), [("VOIDED", "voided"), ("DRAFT", "draft"), ("PAID", "already_paid"), ("", "document_not_open")]
)
def test_a_document_that_is_not_open_says_why_where_it_is_shown(status: str, code: str) -> None:
    assert understood(["Payments can only be made against Authorised documents"], status)[0] == code
