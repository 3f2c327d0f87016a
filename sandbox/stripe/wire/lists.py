"""Lists: which filters each takes, and the page that answers a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sandbox.core.records import Record
from sandbox.stripe.books import EVENT_DAYS, Books
from sandbox.stripe.shapes.parts import listing
from sandbox.stripe.shelf import Row, Span
from sandbox.stripe.wire.errors import StripeError, missing_record
from sandbox.stripe.wire.params import Params

PAGING = frozenset({"limit", "starting_after", "ending_before"})
TYPES_MAX = 20
_PAYMENT_KINDS = frozenset({"payment_intent", "payment_record"})

Keep = Callable[[Record], bool]


@dataclass(frozen=True)
class Listed:
    """refers: a filter that holds the id of another record -> the kind of that record, where it must exist."""

    kind: str
    noun: str
    refers: Mapping[str, str | None]
    plain: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ("created",)
    special: tuple[str, ...] = ()

    @property
    def known(self) -> frozenset[str]:
        return PAGING | {*self.refers, *self.plain, *self.ranges, *self.special, "expand"}


LISTS: Mapping[str, Listed] = {
    listed.kind: listed
    for listed in (
        Listed("customers", "customer", {}, ("email", "test_clock")),
        Listed(
            "invoices",
            "invoice",
            {"customer": "customers"},
            ("collection_method", "customer_account", "status", "subscription"),
            ("created", "due_date"),
        ),
        Listed("invoice_payments", "invoice_payment", {"invoice": "invoices"}, ("status",), special=("payment",)),
        Listed(
            "charges", "charge", {"payment_intent": "payment_intents", "customer": "customers"}, ("transfer_group",)
        ),
        Listed("payment_intents", "payment_intent", {"customer": "customers"}, ("customer_account",)),
        Listed("payment_records", "payment_record", {}, (), (), ("created_after", "created_before")),
        Listed("refunds", "refund", {"charge": "charges", "payment_intent": "payment_intents"}),
        Listed("credit_notes", "credit_note", {"invoice": "invoices", "customer": "customers"}, ("customer_account",)),
        Listed("disputes", "dispute", {"charge": "charges", "payment_intent": "payment_intents"}),
        Listed(
            "balance_transactions",
            "balance_transaction",
            {"payout": "payouts", "source": None},
            ("currency", "type"),
        ),
        Listed("payouts", "payout", {}, ("destination", "status"), ("created", "arrival_date")),
        Listed("events", "event", {}, (), ("created",), ("type", "types", "delivery_success")),
        Listed("customer_balance_transactions", "customer_balance_transaction", {"invoice": "invoices"}),
    )
}


def page(
    books: Books,
    kind: str,
    params: Params,
    url: str,
    *,
    inside: tuple[str, str] | None = None,
    more: Keep | None = None,
) -> Record:
    """One page of a list. `inside` is the row that the path names (a charge's refunds); `more` is a further filter."""
    listed = LISTS[kind]
    row, keeps = _row(books, listed, params, inside)
    keeps += [_same(name, value) for name in listed.plain if (value := params.text(name)) is not None]
    keeps += [_within(name, params.span(name)) for name in listed.ranges if name != "created" and name in params]
    keeps += [] if more is None else [more]
    span = params.span("created") if "created" in listed.ranges else _named_span(params)
    if kind == "events":
        keeps += _event_types(params) + _delivered(books, params)
        oldest = books.now() - EVENT_DAYS * 86400
        span = Span(max(oldest, span.low or 0), span.high)
    records = books.store

    def keep(record_id: str) -> bool:
        record = records.get(kind, record_id)
        return record is not None and all(one(record) for one in keeps)

    cursors = {name: _cursor(books, listed, params, name) for name in ("starting_after", "ending_before")}
    if all(cursors.values()):
        raise StripeError(400, "You can only use one of starting_after and ending_before.", param="ending_before")
    found = books.shelf(kind).page(
        row, params.limit(), span=span, keep=keep, after=cursors["starting_after"], before=cursors["ending_before"]
    )
    rows = [books.fresh(books.get(kind, record_id)) for record_id in found.ids]
    return listing(rows, url, has_more=found.has_more)


def rows_page(rows: list[Record], params: Params, url: str, noun: str) -> Record:
    """One page of a list that stands inside a record (lines), in its own order."""
    limit = params.limit()
    places = {row["id"]: place for place, row in enumerate(rows)}
    for name in ("starting_after", "ending_before"):
        if (value := params.text(name)) is not None and value not in places:
            raise missing_record(noun, value, param=name, status=400)
    before = params.text("ending_before")
    if before is not None:
        start = max(0, places[before] - limit)
        return listing(rows[start : places[before]], url, has_more=start > 0)
    after = params.text("starting_after")
    start = 0 if after is None else places[after] + 1
    return listing(rows[start : start + limit], url, has_more=start + limit < len(rows))


def _row(books: Books, listed: Listed, params: Params, inside: tuple[str, str] | None) -> tuple[Row, list[Keep]]:
    """The narrowest row, and what else must hold."""
    named = [] if inside is None else [inside]
    keeps: list[Keep] = []
    for name, kind in listed.refers.items():
        value = params.text(name)
        if value is None:
            continue
        if kind is not None and books.find(kind, value) is None:
            raise missing_record(LISTS[kind].noun, value, param=name, status=400)
        if name == "payout" and not books.get("payouts", value)["automatic"]:
            message = "Balance transaction history can only be filtered on automatic transfers, not manual."
            raise StripeError(400, message, param="payout")
        named.append((name, value))
    if "payment" in listed.special:
        paid_by, type_named = _payment(params)
        named += [("payment", paid_by)] if paid_by else []
        keeps += [_payment_kind(type_named)] if type_named else []
    shelf = books.shelf(listed.kind)
    if not named:
        return shelf.row(), keeps
    for name, value in named[1:]:
        keeps.append(_names_payment(value) if name == "payment" else _same(name, value))
    in_progress = named[0][0] == "payout" and books.get("payouts", named[0][1])["reconciliation_status"] != "completed"
    return (Row() if in_progress else shelf.row(*named[0])), keeps


def _payment(params: Params) -> tuple[str | None, str | None]:
    payment = params.inner("payment", {"type", *_PAYMENT_KINDS})
    kind = payment.choice("type", _PAYMENT_KINDS)
    if payment and kind is None:
        raise StripeError(
            400, "Missing required param: payment[type].", code="parameter_missing", param="payment[type]"
        )
    return (payment.text(kind) if kind else None), kind


def _payment_kind(kind: str) -> Keep:
    return lambda record: bool(record["payment"]["type"] == kind)


def _names_payment(payment: str) -> Keep:
    return lambda record: payment in record["payment"].values()


def _same(name: str, value: str) -> Keep:
    return lambda record: bool(record.get(name) == value)


def _within(name: str, span: Span) -> Keep:
    def keep(record: Record) -> bool:
        moment = record.get(name)
        return (
            moment is not None
            and (span.low is None or moment >= span.low)
            and (span.high is None or moment < span.high)
        )

    return keep


def _named_span(params: Params) -> Span:
    after, before = params.integer("created_after"), params.integer("created_before")
    return Span(None if after is None else after + 1, before)


def _event_types(params: Params) -> list[Keep]:
    one, several = params.text("type"), params.texts("types")
    if one and several:
        raise StripeError(400, "You may only specify one of these parameters: type, types.", param="types")
    if len(several) > TYPES_MAX:
        raise StripeError(400, f"The types parameter takes up to {TYPES_MAX} event types.", param="types")
    if several:
        wanted = frozenset(several)
        return [lambda record: record["type"] in wanted]
    return [lambda record: fnmatchcase(record["type"], one)] if one else []


def _delivered(books: Books, params: Params) -> list[Keep]:
    wanted = params.boolean("delivery_success")
    if wanted is None:
        return []
    failed = books.undelivered()
    return [lambda event: (event["id"] not in failed) is wanted]


def _cursor(books: Books, listed: Listed, params: Params, name: str) -> str | None:
    value = params.text(name)
    if value is not None and value not in books.shelf(listed.kind):
        raise missing_record(listed.noun, value, param=name, status=400)
    return value
