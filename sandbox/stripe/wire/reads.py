"""The GET endpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sandbox.core.records import Record
from sandbox.stripe.acts import ledger
from sandbox.stripe.wire.call import Call, Endpoint
from sandbox.stripe.wire.errors import missing_record
from sandbox.stripe.wire.keys import no_access
from sandbox.stripe.wire.lists import LISTS, PAGING, page, rows_page

_TOP = (
    "customers",
    "invoices",
    "invoice_payments",
    "charges",
    "payment_intents",
    "payment_records",
    "refunds",
    "credit_notes",
    "disputes",
    "balance_transactions",
    "payouts",
    "events",
)


def endpoints() -> Iterator[Endpoint]:
    for kind in _TOP:
        yield Endpoint("GET", f"/v1/{kind}", kind, _lister(kind), LISTS[kind].known)
        yield Endpoint("GET", f"/v1/{kind}/<id>", kind, _reader(kind))
    yield Endpoint("GET", "/v1/invoices/<id>/lines", "invoices", _lines("invoices", "line item"), PAGING)
    yield Endpoint("GET", "/v1/credit_notes/<id>/lines", "credit_notes", _lines("credit_notes", "line item"), PAGING)
    yield Endpoint("GET", "/v1/charges/<id>/refunds", "refunds", _charge_refunds, PAGING)
    kind = "customer_balance_transactions"
    path = "/v1/customers/<id>/balance_transactions"
    yield Endpoint("GET", path, kind, _customer_entries, LISTS[kind].known)
    yield Endpoint("GET", f"{path}/<entry>", kind, _customer_entry)
    yield Endpoint("GET", "/v1/account", "account", lambda call: call.books.account)
    yield Endpoint("GET", "/v1/accounts/<id>", "account", _account)
    yield Endpoint("GET", "/v1/balance", "balance", lambda call: ledger.balance(call.books))


def found(call: Call, kind: str, record_id: str) -> Record:
    """The record that the path names, or 404."""
    record = call.books.find(kind, record_id)
    if record is None:
        raise missing_record(LISTS[kind].noun, record_id)
    return record


def _lister(kind: str) -> Callable[[Call], Record]:
    return lambda call: page(call.books, kind, call.params, call.path)


def _reader(kind: str) -> Callable[[Call], Record]:
    return lambda call: call.books.fresh(found(call, kind, call.ids["id"]))


def _lines(kind: str, noun: str) -> Callable[[Call], Record]:
    def read(call: Call) -> Record:
        record = found(call, kind, call.ids["id"])
        return rows_page(call.books.margins.lines[record["id"]], call.params, call.path, noun)

    return read


def _charge_refunds(call: Call) -> Record:
    charge = found(call, "charges", call.ids["id"])
    return page(call.books, "refunds", call.params, call.path, inside=("charge", charge["id"]))


def _customer_entries(call: Call) -> Record:
    customer = _living_customer(call)
    kind = "customer_balance_transactions"
    return page(call.books, kind, call.params, call.path, inside=("customer", customer["id"]))


def _customer_entry(call: Call) -> Record:
    customer = _living_customer(call)
    entry = found(call, "customer_balance_transactions", call.ids["entry"])
    if entry["customer"] != customer["id"]:
        raise missing_record("customer balance transaction", entry["id"])
    return entry


def _living_customer(call: Call) -> Record:
    customer = found(call, "customers", call.ids["id"])
    if customer.get("deleted"):
        raise missing_record("customer", customer["id"])
    return customer


def _account(call: Call) -> Record:
    """Its own; for a platform's key, a connected one too."""
    account = call.ids["id"]
    if account == call.books.tenant:
        return call.books.account
    other = call.caller.reach(account)
    if other is None:
        raise no_access(call.caller.key, account)
    return other.account
