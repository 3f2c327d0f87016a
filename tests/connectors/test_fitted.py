"""Fields of other types than documented: what they say is kept, and told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.decode import Loose, decode_record, loosely
from connectors.fitted import fitted, rows
from connectors.port import Mapped
from ledger.finding import Severity
from tests.connectors.quickbooks import mapped as quickbooks
from tests.connectors.stripe import test_mapping as stripe
from tests.connectors.xero import payloads as xero


class Ref(Loose):
    value: str | None = None
    name: str | None = None


class Part(Loose):
    id: str | None = None
    amount: Decimal | None = None
    parts: list[Part] | None = None


class Whole(Loose):
    id: str = ""
    count: int = 0
    total: Decimal | None = None
    open: bool | None = None
    flag: bool | str | None = None
    who: Ref | None = None
    either: Ref | str | None = None
    parts: list[Part] | None = None
    names: list[str] | None = None
    notes: dict[str, Any] | None = None
    raw: msgspec.Raw = msgspec.Raw(b"{}")


def read(**came: Any) -> Whole:
    whole, _ = decode_record(json.dumps(came), Whole, kind="whole", external_id="7")  # type: ignore[arg-type]
    assert whole is not None
    return whole


@pytest.mark.parametrize(
    ("came", "read_as"),
    [
        ({"id": 17}, Whole(id="17")),
        ({"id": 1.50}, Whole(id="1.5")),
        ({"id": True}, Whole(id="true")),
        ({"id": {"value": "5", "name": "Five"}}, Whole(id="5")),
        ({"id": ["5"]}, Whole(id="5")),
        ({"count": "12"}, Whole(count=12)),
        ({"count": 12.0}, Whole(count=12)),
        ({"total": " 12.50 ", "count": "1"}, Whole(total=Decimal("12.50"), count=1)),
        ({"total": ""}, Whole()),
        ({"total": [3]}, Whole(total=Decimal(3))),
        ({"open": "true"}, Whole(open=True)),
        ({"open": 0}, Whole(open=False)),
        ({"open": ""}, Whole()),
        ({"flag": 1}, Whole(flag=True)),
        ({"who": "5"}, Whole(who=Ref("5"))),
        ({"who": 5}, Whole(who=Ref("5"))),
        ({"who": [{"value": "5"}]}, Whole(who=Ref("5"))),
        ({"who": []}, Whole()),
        ({"who": ""}, Whole()),
        ({"either": 5}, Whole(either=Ref("5"))),
        ({"parts": {"id": 1}}, Whole(parts=[Part("1")])),
        ({"parts": {}}, Whole(parts=[])),
        ({"parts": ""}, Whole()),
        ({"parts": {"object": "list", "data": [{"id": 1}]}}, Whole(parts=[Part("1")])),
        ({"parts": [None, {"id": 1, "parts": {"amount": "2"}}]}, Whole(parts=[Part("1", parts=[Part(amount=Decimal(2))])])),
        ({"names": "Ann"}, Whole(names=["Ann"])),
        ({"names": ["Ann", 5]}, Whole(names=["Ann", "5"])),
        ({"notes": []}, Whole()),
        ({"notes": "", "count": "1"}, Whole(count=1)),
        ({"notes": {"a": 1}, "count": "1"}, Whole(count=1, notes={"a": 1})),
    ],
)  # fmt: skip
def test_what_says_the_same_is_taken_as_that(came: dict[str, Any], read_as: Whole) -> None:
    whole, (finding,) = decode_record(json.dumps(came).encode(), Whole, kind="whole", external_id="7")
    assert whole == read_as
    assert (finding.code, finding.severity) == ("other_form", Severity.NOTE)
    assert finding.field.split(", ")[-1].split(".")[0] in came
    assert loosely(json.dumps(came).encode(), Whole) == read_as


@pytest.mark.parametrize(
    ("came", "name"),
    [
        ({"id": None}, "id"),
        ({"id": {"else": 1}}, "id"),
        ({"id": ["a", "b"]}, "id"),
        ({"open": "perhaps"}, "open"),
        ({"open": {}}, "open"),
        ({"who": [{}, {}]}, "who"),
        ({"parts": "none"}, "parts"),
        ({"parts": [{"parts": [3]}]}, "parts.parts"),
        ({"notes": "none"}, "notes"),
    ],
)
def test_what_says_nothing_is_left_out_and_named(came: dict[str, Any], name: str) -> None:
    whole, (finding,) = decode_record(json.dumps(came).encode(), Whole, kind="whole", external_id="7")
    assert whole is not None
    assert (finding.code, finding.severity, finding.field) == ("field_left_out", Severity.WARNING, name)
    assert f"whole 7 came with {name} in" in finding.sentence


@pytest.mark.parametrize("total", ["12,50", "$12", "1.250,00", "twelve", True, {"amount": 12}, "1e9999", "\u0661"])
def test_a_number_that_is_none_is_never_guessed_at(total: Any) -> None:
    whole, (finding,) = decode_record(
        json.dumps({"id": 7, "total": total}).encode(), Whole, kind="whole", external_id="7"
    )
    assert whole is None
    assert (finding.code, finding.severity) == ("undecodable", Severity.ERROR)
    assert "total" in finding.sentence


def test_amounts_pass_through_no_float() -> None:
    raw = b'{"id": 7, "total": 12345678901234567.89, "count": "9007199254740993", "raw": {"x": 1.10}}'
    whole = loosely(raw, Whole)
    assert (whole.total, whole.count, bytes(whole.raw)) == (
        Decimal("12345678901234567.89"),
        9007199254740993,
        b'{"x": 1.10}',
    )


def test_what_is_no_object_or_lacks_what_it_must_have_is_none() -> None:
    class Listing(Loose):
        data: list[msgspec.Raw]

    for raw in (b"[]", b'"busy"', b"null", b'{"data": null}', b'{"error": {}}'):
        with pytest.raises(msgspec.DecodeError):
            loosely(raw, Listing)
    assert [bytes(one) for one in fitted(b'{"data": {"id": 1.0}}', Listing).found.data] == [b'{"id": 1.0}']


def test_one_row_in_place_of_a_list() -> None:
    assert [bytes(one) for one in rows(b'{"Id": "1"}')] == [b'{"Id": "1"}']
    assert rows(b"null") == []
    with pytest.raises(msgspec.DecodeError):
        rows(b'"none"')


def other_forms(thing: Any) -> Iterator[Any]:
    """The thing again and again, each time with one number as a text, text of digits as a number, or list of one as its member."""
    if isinstance(thing, dict):
        for name, part in thing.items():
            for other in other_forms(part):
                yield {**thing, name: other}
    elif isinstance(thing, list):
        for place, part in enumerate(thing):
            for other in other_forms(part):
                yield [*thing[:place], other, *thing[place + 1 :]]
        if len(thing) == 1 and isinstance(thing[0], dict):
            yield thing[0]
    elif isinstance(thing, bool):
        yield str(thing).lower()
    elif isinstance(thing, int | float):
        yield str(thing)
    elif isinstance(thing, str) and thing.isdecimal() and not thing.startswith("0"):
        yield int(thing)


QUICKBOOKS_INVOICE = {
    "Id": "500", "SyncToken": "0", "DocNumber": "17", "TxnDate": "2026-05-02", "TotalAmt": 12.50, "Balance": 2.50,
    "Deposit": 1, "CustomerRef": {"value": "9"}, "CurrencyRef": {"value": "USD"}, "PrivateNote": "4711",
    "Line": [{"Id": "1", "LineNum": 1, "Amount": 12.50, "DetailType": "SalesItemLineDetail",
              "SalesItemLineDetail": {"ItemRef": {"value": "3"}, "Qty": 2, "UnitPrice": 6.25}}],
    "CustomField": [{"Name": "PO", "StringValue": "88"}], "TxnTaxDetail": {"TotalTax": 0.5},
}  # fmt: skip
QUICKBOOKS_PAYMENT = {
    "Id": "500", "TxnDate": "2026-05-02", "TotalAmt": 30, "UnappliedAmt": 5.5, "PaymentRefNum": "11",
    "Line": [{"Amount": 24.5, "LinkedTxn": [{"TxnId": "70", "TxnType": "Invoice"}]}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("Invoice", QUICKBOOKS_INVOICE),
        ("Payment", QUICKBOOKS_PAYMENT),
        ("Invoices", {**xero.INVOICE, "InvoiceNumber": "7", "Reference": "12", "SentToContact": True}),
        ("CreditNotes", xero.NOTE),
        ("Payments", xero.PAYMENT),
        ("Overpayments", xero.PREPAID),
        ("BankTransactions", xero.MOVED),
        ("invoices", stripe.INVOICE),
    ],
)
def test_a_record_means_the_same_in_other_forms(kind: str, payload: dict[str, Any]) -> None:
    def meant(thing: Any) -> Mapped:
        if kind == "invoices":
            return stripe.mapped(kind, thing)
        return (xero.mapped if kind in xero_kinds else quickbooks.mapped)(kind, thing)

    xero_kinds = {"Invoices", "CreditNotes", "Payments", "Overpayments", "BankTransactions"}
    plain = meant(payload)
    others = list(other_forms(payload))
    assert plain.values
    assert others
    for other in others:
        assert meant(other).values == plain.values, other
