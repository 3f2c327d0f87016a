"""The POST and DELETE endpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sandbox.core.records import Record
from sandbox.stripe import money
from sandbox.stripe.acts import crediting, customers, invoicing, labelling, refunding, taking
from sandbox.stripe.books import Books
from sandbox.stripe.shapes.payments import Payer
from sandbox.stripe.wire.call import Call, Endpoint
from sandbox.stripe.wire.crediting import wanted_credit
from sandbox.stripe.wire.errors import StripeError, missing_parameter, missing_record, not_allowed
from sandbox.stripe.wire.params import Params
from sandbox.stripe.wire.reads import found

_PAY = frozenset({"paid_out_of_band", "payment_method", "source", "forgive", "off_session", "mandate"})
_REPORT = frozenset(
    {
        "amount_requested",
        "initiated_at",
        "payment_method_details",
        "outcome",
        "guaranteed",
        "failed",
        "canceled",
        "processor_details",
        "customer_details",
        "customer_presence",
        "description",
        "metadata",
        "shipping_details",
    }
)
_REFUND = frozenset({"amount", "charge", "payment_intent", "reason", "metadata"})
_CREDIT = frozenset(
    {
        "invoice",
        "amount",
        "lines",
        "credit_amount",
        "refund_amount",
        "out_of_band_amount",
        "refunds",
        "reason",
        "memo",
        "metadata",
        "email_type",
    }
)
_LABELS = {
    "customers": ("name", "email", "phone", "description"),
    "invoices": ("description", "footer"),
    "charges": ("description", "receipt_email"),
    "payment_intents": ("description", "receipt_email"),
}
_REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})


def endpoints() -> Iterator[Endpoint]:
    for kind, names in _LABELS.items():
        yield Endpoint("POST", f"/v1/{kind}/<id>", kind, _labeller(kind, names), frozenset({*names, "metadata"}))
    yield Endpoint("DELETE", "/v1/customers/<id>", "customers", _delete_customer)
    yield Endpoint("DELETE", "/v1/invoices/<id>", "invoices", _delete_invoice)
    yield Endpoint("POST", "/v1/invoices/<id>/finalize", "invoices", _on_invoice(invoicing.finalize))
    yield Endpoint("POST", "/v1/invoices/<id>/void", "invoices", _on_invoice(invoicing.void))
    uncollectible = "/v1/invoices/<id>/mark_uncollectible"
    yield Endpoint("POST", uncollectible, "invoices", _on_invoice(invoicing.mark_uncollectible))
    yield Endpoint("POST", "/v1/invoices/<id>/pay", "invoices", _pay, _PAY)
    attach = "/v1/invoices/<id>/attach_payment"
    yield Endpoint("POST", attach, "invoices", _attach, frozenset({"payment_intent", "payment_record"}))
    yield Endpoint("POST", "/v1/payment_records/report_payment", "payment_records", _report, _REPORT)
    yield Endpoint("POST", "/v1/refunds", "refunds", _refund, _REFUND)
    yield Endpoint("POST", "/v1/credit_notes", "credit_notes", _credit_note, _CREDIT)
    yield Endpoint("POST", "/v1/credit_notes/<id>/void", "credit_notes", _void_credit_note)
    entries = "/v1/customers/<id>/balance_transactions"
    known = frozenset({"amount", "currency", "description", "metadata"})
    yield Endpoint("POST", entries, "customer_balance_transactions", _book_credit, known)


# Labels and deletions


def _labeller(kind: str, names: tuple[str, ...]) -> Callable[[Call], Record]:
    def write(call: Call) -> Record:
        record = found(call, kind, call.ids["id"])
        if record.get("deleted"):
            raise missing_record("customer", record["id"])
        fields: dict[str, object] = {name: call.params.text(name) for name in names if name in call.params}
        if "metadata" in call.params:
            fields["metadata"] = call.params.metadata(record["metadata"])
        labelling.label(call.books, kind, record, call.books.now(), fields)
        return record

    return write


def _delete_customer(call: Call) -> Record:
    customer = found(call, "customers", call.ids["id"])
    if customer.get("deleted"):
        raise missing_record("customer", customer["id"])
    return customers.delete(call.books, customer, call.books.now())


def _delete_invoice(call: Call) -> Record:
    return invoicing.delete(call.books, found(call, "invoices", call.ids["id"]), call.books.now())


# Invoices


def _on_invoice(act: Callable[[Books, Record, int], None]) -> Callable[[Call], Record]:
    def write(call: Call) -> Record:
        invoice = found(call, "invoices", call.ids["id"])
        act(call.books, invoice, call.books.now())
        return invoice

    return write


def _pay(call: Call) -> Record:
    invoice = found(call, "invoices", call.ids["id"])
    if not call.params.boolean("paid_out_of_band"):
        message = (
            "There is no `default_payment_method` set on this Customer or Invoice. Please set either the Customer's "
            "`invoice_settings.default_payment_method` or the Invoice's `default_payment_method`."
        )
        raise not_allowed(message)
    invoicing.pay_off_stripe(call.books, invoice, call.books.now())
    return invoice


def _attach(call: Call) -> Record:
    invoice = found(call, "invoices", call.ids["id"])
    given = [name for name in ("payment_intent", "payment_record") if call.params.text(name)]
    if len(given) != 1:
        message = "You must provide exactly one of payment_intent or payment_record."
        raise StripeError(400, message, code="parameter_missing", param="payment_intent")
    kind = given[0]
    payment_id = call.params.needed(kind)
    payment = call.books.find(f"{kind}s", payment_id)
    if payment is None:
        raise missing_record(kind, payment_id, param=kind, status=400)
    taking.attach(call.books, call.books.now(), invoice, kind, payment)
    return invoice


# Payments made off Stripe


def _report(call: Call) -> Record:
    requested = call.params.inner("amount_requested", {"value", "currency"})
    amount, currency = _positive(requested, "value", "amount_requested[value]"), requested.needed("currency").lower()
    _check_money(amount, currency, "amount_requested[value]")
    if call.params.integer("initiated_at") is None:
        raise missing_parameter("initiated_at")
    method = call.params.inner("payment_method_details", {"type", "custom", "billing_details", "payment_method"})
    if not method:
        raise missing_parameter("payment_method_details")
    custom = method.inner("custom", {"display_name", "type"})
    outcome = call.params.choice("outcome", {"guaranteed", "failed", "canceled"})
    _check_outcome(call.params, outcome)
    processor = call.params.inner("processor_details", {"type", "custom"}).inner("custom", {"payment_reference"})
    who = call.params.inner("customer_details", {"customer", "name", "email", "phone"})
    customer = who.text("customer")
    if customer is not None and call.books.find("customers", customer) is None:
        raise missing_record("customer", customer, param="customer_details[customer]", status=400)
    payer = Payer(
        customer, who.text("name"), who.text("email"), call.params.text("description"), call.params.metadata()
    )
    record = taking.report(
        call.books,
        call.books.now(),
        currency=currency,
        amount=amount,
        payer=payer,
        display_name=custom.text("display_name") or "custom",
        reference=processor.text("payment_reference"),
    )
    record["customer_presence"] = call.params.text("customer_presence")
    if outcome != "guaranteed":
        _not_guaranteed(record, outcome)
    return record


def _check_outcome(params: Params, outcome: str | None) -> None:
    if outcome is None:
        return
    moment = f"{outcome}_at"
    if params.inner(outcome, {moment}).integer(moment) is None:
        raise missing_parameter(f"{outcome}[{moment}]")


def _not_guaranteed(record: Record, outcome: str | None) -> None:
    nothing = {**record["amount"], "value": 0}
    whole = record["amount_requested"]
    record.update(amount_guaranteed=nothing, amount_authorized=dict(nothing))
    if outcome is not None:
        record[f"amount_{outcome}"] = dict(whole)


# Money back


def _refund(call: Call) -> Record:
    charge = _refunded_charge(call)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = left if call.params.integer("amount") is None else _positive(call.params, "amount", "amount")
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise StripeError(400, message, code="charge_already_refunded", stored=True)
    reason = call.params.choice("reason", _REASONS)
    return refunding.refund(
        call.books, charge, call.books.now(), amount, reason=reason, metadata=call.params.metadata()
    )


def _refunded_charge(call: Call) -> Record:
    charge_id, intent_id = call.params.text("charge"), call.params.text("payment_intent")
    if intent_id is not None:
        intent = call.books.find("payment_intents", intent_id)
        if intent is None:
            raise missing_record("payment_intent", intent_id, param="payment_intent", status=400)
        charge_id = intent["latest_charge"]
        if charge_id is None:
            message = f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
            raise not_allowed(message)
    if charge_id is None:
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise StripeError(400, message, code="parameter_missing", param="charge")
    charge = call.books.find("charges", charge_id)
    if charge is None:
        raise missing_record("charge", charge_id, param="charge", status=400)
    return charge


def _credit_note(call: Call) -> Record:
    invoice_id = call.params.needed("invoice")
    invoice = call.books.find("invoices", invoice_id)
    if invoice is None:
        raise missing_record("invoice", invoice_id, param="invoice", status=400)
    return crediting.issue(call.books, invoice, call.books.now(), wanted_credit(call, invoice))


def _void_credit_note(call: Call) -> Record:
    note = found(call, "credit_notes", call.ids["id"])
    crediting.void(call.books, note, call.books.now())
    return note


def _book_credit(call: Call) -> Record:
    customer = found(call, "customers", call.ids["id"])
    if customer.get("deleted"):
        raise missing_record("customer", customer["id"])
    amount, currency = call.params.integer("amount"), call.params.needed("currency").lower()
    if not amount:
        raise missing_parameter("amount")
    _check_money(amount, currency, "amount")
    return customers.book_credit(
        call.books,
        customer,
        call.books.now(),
        currency=currency,
        amount=amount,
        description=call.params.text("description"),
        metadata=call.params.metadata(),
    )


def _positive(params: Params, name: str, full: str) -> int:
    amount = params.integer(name)
    if amount is None:
        raise missing_parameter(full)
    if amount < 1:
        message = "Invalid positive integer"
        raise StripeError(400, message, code="parameter_invalid_integer", param=full)
    return amount


def _check_money(amount: int, currency: str, name: str) -> None:
    if not money.well_formed(currency):
        raise StripeError(400, f"Invalid currency: {currency}.", param="currency")
    if problem := money.unfit(amount, currency):
        raise StripeError(400, problem, param=name)
