from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.port import Mapped, Record
from connectors.stripe.mapping import map_record
from connectors.stripe.records import record_of
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.balance import BalanceTransaction, Fee, Treatment
from ledger.charge import Charge, PaymentIntent, PaymentLink
from ledger.credit import CreditNote
from ledger.customer import Customer
from ledger.finding import Severity
from ledger.invoice import Invoice, InvoiceLine
from ledger.money import Money
from ledger.payment import Payment
from ledger.payout import Payout, PayoutItem
from ledger.refund import CustomerBalanceEntry, Dispute, Refund
from tests.connectors.stripe.shop import CONTEXT

EVENING = int(datetime(2026, 3, 2, 3, 30, tzinfo=UTC).timestamp())  # 1 March, 22:30 in New York
LATER = EVENING + 86_400
SEEN = datetime(2026, 5, 1, tzinfo=UTC)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def record(kind: str, thing: dict[str, Any], parent: str = "") -> Record:
    made = record_of(kind, json.dumps({"created": EVENING, **thing}).encode(), SEEN, parent=parent)
    assert made is not None
    return made


def mapped(kind: str, thing: dict[str, Any], parent: str = "") -> Mapped:
    return map_record(record(kind, thing, parent), CONTEXT)


INVOICE: dict[str, Any] = {
    "id": "in_1",
    "number": "AB-0001",
    "status": "open",
    "customer": {"id": "cus_1", "object": "customer"},
    "currency": "usd",
    "total": 12_000,
    "total_excluding_tax": 10_000,
    "total_taxes": [{"amount": 1_500}, {"amount": 500}],
    "amount_remaining": 7_000,
    "due_date": LATER,
    "description": "Order PO-77 of March",
    "custom_fields": [{"name": "PO number", "value": "4711"}],
    "metadata": {"xero_number": "INV-9"},
    "status_transitions": {"finalized_at": EVENING, "paid_at": None, "voided_at": None},
    "lines": {
        "has_more": False,
        "data": [
            {
                "id": "il_1",
                "amount": 10_000,
                "description": "Oak boards",
                "quantity": 4,
                "taxes": [{"amount": 2_000}],
                "pricing": {
                    "unit_amount_decimal": "2500.5",
                    "price_details": {"product": "prod_1", "price": "price_1"},
                },
            },
            {"id": "il_2", "amount": 0, "description": None, "quantity_decimal": "0.5"},
        ],
    },
}


def invoice(**changes: Any) -> Invoice:
    (value,) = mapped("invoices", INVOICE | changes).values
    assert isinstance(value, Invoice)
    return value


def test_an_invoice_with_its_lines_on_the_companys_day() -> None:
    result = mapped("invoices", INVOICE)
    assert result.findings == ()
    assert result.values == (
        Invoice(
            external_id="in_1",
            number="AB-0001",
            customer_external_id="cus_1",
            issued_on=date(2026, 3, 1),
            due_on=date(2026, 3, 2),
            total=usd(12_000),
            tax_total=usd(2_000),
            open_amount=usd(7_000),
            status="open",
            po_number="4711",
            memo="Order PO-77 of March",
            home_total=usd(12_000),
            hints=("number:AB-0001", "number:INV-9", "number:PO-77"),
            lines=(
                InvoiceLine(
                    position=1,
                    description="Oak boards",
                    amount=usd(10_000),
                    quantity=Decimal(4),
                    unit_price=Decimal("25.005"),
                    tax=usd(2_000),
                    item="prod_1",
                ),
                InvoiceLine(position=2, description="", amount=usd(0), quantity=Decimal("0.5")),
            ),
            updated_at=datetime.fromtimestamp(EVENING, UTC),
        ),
    )


@pytest.mark.parametrize(
    ("status", "open_minor"), [("draft", 0), ("open", 7_000), ("paid", 0), ("uncollectible", 7_000), ("void", 0)]
)
def test_only_what_is_owed_is_open(status: str, open_minor: int) -> None:
    assert invoice(status=status).open_amount == usd(open_minor)


@pytest.mark.parametrize(("said", "left"), [
    ({}, 12_000), ({"amount_remaining": None, "amount_paid": 500}, 11_500), ({"amount_due": 9_000, "amount_paid": 500}, 8_500),
])  # fmt: skip
def test_what_remains_is_reckoned_where_it_is_missing(said: dict[str, Any], left: int) -> None:
    without = {name: value for name, value in INVOICE.items() if name != "amount_remaining"}
    result = mapped("invoices", without | said)
    (value,) = result.values
    assert isinstance(value, Invoice)
    assert (value.open_amount, value.status) == (usd(left), "open")
    assert [(one.code, one.severity) for one in result.findings] == [("amount_missing", Severity.WARNING)]


def test_of_a_settled_invoice_nothing_is_missing() -> None:
    assert mapped("invoices", INVOICE | {"status": "paid", "amount_remaining": None}).findings == ()


def test_a_status_that_is_new_is_read_as_open_with_a_note() -> None:
    result = mapped("invoices", INVOICE | {"status": "paused"})
    (value,) = result.values
    assert isinstance(value, Invoice)
    assert (value.status, value.open_amount) == ("open", usd(7_000))
    assert [(one.code, one.severity) for one in result.findings] == [("unknown_status", Severity.NOTE)]
    assert result.findings[0].sentence.endswith("not known here; read as open.")


def test_an_invoice_is_stamped_with_the_newest_time_in_it() -> None:
    value = invoice(status="paid", status_transitions={"finalized_at": EVENING, "paid_at": LATER})
    assert value.updated_at == datetime.fromtimestamp(LATER, UTC)


def test_tax_is_the_difference_where_no_taxes_are_listed() -> None:
    assert invoice(total_taxes=None).tax_total == usd(2_000)
    assert invoice(total_taxes=None, total_excluding_tax=None).tax_total == usd(0)


def test_lines_that_are_still_cut_are_a_warning() -> None:
    result = mapped("invoices", INVOICE | {"lines": {"data": [], "has_more": True}})
    assert [one.code for one in result.findings] == ["lines_cut"]


def test_nulls_everywhere_are_borne() -> None:
    bare = dict.fromkeys(INVOICE) | {"id": "in_1", "currency": "usd", "total": 1, "amount_remaining": 1}
    (value,) = mapped("invoices", bare | {"status": "open"}).values
    assert isinstance(value, Invoice)
    assert (value.number, value.customer_external_id, value.lines) == (None, None, ())


def test_a_customer() -> None:
    thing = {"id": "cus_1", "name": None, "business_name": "Oak Ltd", "email": "a@oak.test", "currency": "usd"}
    (value,) = mapped("customers", thing | {"balance": -500, "address": {"country": "GB"}}).values
    assert value == Customer(
        external_id="cus_1",
        name="Oak Ltd",
        email="a@oak.test",
        country="GB",
        currency="USD",
        balance=usd(-500),
        updated_at=datetime.fromtimestamp(EVENING, UTC),
    )


def test_a_credit_note_reduces_the_invoice_by_its_first_part_and_names_its_refund() -> None:
    note = {
        "id": "cn_1",
        "number": "AB-0001-CN-01",
        "invoice": "in_1",
        "customer": "cus_1",
        "currency": "usd",
        "status": "issued",
        "type": "mixed",
        "total": 900,
        "total_excluding_tax": 750,
        "pre_payment_amount": 600,
        "post_payment_amount": 300,
        "refunds": [{"amount_refunded": 300, "refund": "re_1"}],
        "reason": "duplicate",
    }
    credit, first, second = mapped("credit_notes", note).values
    assert isinstance(credit, CreditNote)
    assert (credit.total, credit.tax_total, credit.open_amount) == (usd(900), usd(150), usd(0))
    assert (credit.status, credit.invoice_external_id, credit.reference) == ("applied", "in_1", "duplicate")
    assert isinstance(first, Allocation)
    assert isinstance(second, Allocation)
    assert (first.source_kind, first.target_kind, first.target_external_id, first.amount) == (
        SourceKind.CREDIT_NOTE,
        TargetKind.INVOICE,
        "in_1",
        usd(600),
    )
    assert (second.target_kind, second.target_external_id, second.amount) == (TargetKind.REFUND, "re_1", usd(300))
    assert (first.applied_on, first.basis, first.reversed_on) == (date(2026, 3, 1), Basis.STATED, None)
    assert first.external_id != second.external_id


def test_a_credit_note_that_was_voided_took_its_part_back_on_that_day() -> None:
    note = {"id": "cn_1", "invoice": "in_1", "currency": "usd", "status": "void", "type": "pre_payment", "total": 900}
    credit, part = mapped("credit_notes", note | {"voided_at": LATER}).values
    assert isinstance(credit, CreditNote)
    assert isinstance(part, Allocation)
    assert (credit.status, part.amount, part.reversed_on) == ("void", usd(900), date(2026, 3, 2))


LINK: dict[str, Any] = {
    "id": "inpay_1",
    "invoice": "in_1",
    "currency": "usd",
    "amount_requested": 1_000,
    "amount_paid": 900,
    "status": "paid",
    "status_transitions": {"paid_at": LATER},
    "payment": {"type": "payment_intent", "payment_intent": "pi_1"},
}


@pytest.mark.parametrize(
    ("payment", "source"),
    [
        ({"type": "payment_intent", "payment_intent": "pi_1"}, "pi_1"),
        ({"type": "charge", "charge": "ch_1"}, "ch_1"),
        ({"type": "payment_record", "payment_record": {"id": "pr_1"}}, "pr_1"),
    ],
)
def test_a_paid_invoice_payment_is_a_link_and_an_allocation(payment: dict[str, Any], source: str) -> None:
    link, allocation = mapped("invoice_payments", LINK | {"payment": payment}).values
    assert isinstance(link, PaymentLink)
    assert (link.payment_kind, link.payment_external_id, link.amount) == (payment["type"], source, usd(900))
    assert allocation == Allocation(
        external_id="inpay_1",
        source_kind=SourceKind.PAYMENT,
        source_external_id=source,
        target_kind=TargetKind.INVOICE,
        target_external_id="in_1",
        amount=usd(900),
        source_amount=usd(900),
        applied_on=date(2026, 3, 2),
        basis=Basis.STATED,
        updated_at=datetime.fromtimestamp(LATER, UTC),
    )


def test_an_open_invoice_payment_is_a_link_alone() -> None:
    (link,) = mapped(
        "invoice_payments", LINK | {"status": "open", "amount_paid": None, "status_transitions": None}
    ).values
    assert isinstance(link, PaymentLink)
    assert (link.amount, link.requested, link.paid_at) == (None, usd(1_000), None)


def test_a_payment_without_its_time_is_dated_by_its_making_and_says_so() -> None:
    _, allocation = mapped("invoice_payments", LINK | {"status_transitions": {"paid_at": None}}).values
    assert isinstance(allocation, Allocation)
    assert (allocation.applied_on, allocation.basis) == (date(2026, 3, 1), Basis.DERIVED)


CHARGE: dict[str, Any] = {
    "id": "ch_1",
    "amount": 5_000,
    "amount_captured": 5_000,
    "amount_refunded": 200,
    "currency": "usd",
    "status": "succeeded",
    "captured": True,
    "customer": "cus_1",
    "billing_details": {"name": "Ann Oak", "email": None},
    "receipt_email": "ann@oak.test",
    "description": "Invoice INV-204",
    "calculated_statement_descriptor": "OAK LTD",
    "payment_intent": "pi_1",
    "balance_transaction": "txn_1",
    "payment_method_details": {"type": "card", "card": {"fingerprint": "fp1", "last4": "4242"}},
    "metadata": {"b": "2", "a": "1"},
}


def test_a_charge() -> None:
    (value,) = mapped("charges", CHARGE).values
    assert value == Charge(
        external_id="ch_1",
        created_at=datetime.fromtimestamp(EVENING, UTC),
        charged_on=date(2026, 3, 1),
        amount=usd(5_000),
        refunded=usd(200),
        status="succeeded",
        customer_external_id="cus_1",
        payer_name="Ann Oak",
        payer_email="ann@oak.test",
        payer_account="fp1",
        description="Invoice INV-204",
        statement_descriptor="OAK LTD",
        method="card",
        payment_intent="pi_1",
        balance_transaction="txn_1",
        invoice_hint="number:INV-204",
        metadata=(("a", "1"), ("b", "2")),
        updated_at=datetime.fromtimestamp(EVENING, UTC),
    )


def test_a_charge_captured_in_part_is_what_was_captured() -> None:
    (value,) = mapped("charges", CHARGE | {"amount_captured": 3_000, "amount_refunded": 2_000}).values
    assert isinstance(value, Charge)
    assert (value.amount, value.refunded) == (usd(3_000), usd(0))


@pytest.mark.parametrize(
    ("said", "refunded"),
    [
        pytest.param({"amount_refunded": 2_500}, 500, id="some of it was given back"),
        pytest.param({"amount_refunded": 5_000, "refunded": True}, 3_000, id="all of it"),
        pytest.param({"amount_refunded": 3_000, "refunded": True}, 3_000, id="all, and the rest is not counted in"),
        pytest.param({"amount_refunded": 700}, 700, id="some, and the rest is not counted in"),
    ],
)
def test_what_was_given_back_of_a_part_captured(said: dict[str, Any], refunded: int) -> None:
    (value,) = mapped("charges", CHARGE | {"amount_captured": 3_000} | said).values
    assert isinstance(value, Charge)
    assert value.refunded == usd(refunded)


def test_an_intent_a_refund_and_a_dispute() -> None:
    intent = {"id": "pi_1", "amount": 5_000, "amount_received": None, "currency": "usd", "status": "processing"}
    (value,) = mapped("payment_intents", intent | {"latest_charge": "ch_1"}).values
    assert isinstance(value, PaymentIntent)
    assert (value.amount, value.received, value.status, value.latest_charge) == (
        usd(5_000),
        usd(0),
        "processing",
        "ch_1",
    )
    refund = {"id": "re_1", "amount": 200, "currency": "usd", "status": "pending", "charge": "ch_1"}
    (back,) = mapped("refunds", refund).values
    assert isinstance(back, Refund)
    assert (back.amount, back.refunded_on, back.charge_external_id) == (usd(200), date(2026, 3, 1), "ch_1")
    dispute = {"id": "dp_1", "amount": 5_000, "currency": "usd", "status": "warning_closed", "charge": "ch_1"}
    (contested,) = mapped("disputes", dispute | {"evidence_details": {"due_by": LATER}}).values
    assert isinstance(contested, Dispute)
    assert contested.due_by == datetime.fromtimestamp(LATER, UTC)


def test_a_payment_outside_stripe() -> None:
    outside = {
        "id": "pr_1",
        "amount_requested": {"currency": "usd", "value": 700},
        "amount_guaranteed": {"currency": "usd", "value": 650},
        "payment_method_details": {"type": "custom", "custom": {"display_name": "Cheque"}},
        "processor_details": {"type": "custom", "custom": {"payment_reference": "CHQ-88"}},
        "customer_details": {"customer": "cus_1"},
    }
    (value,) = mapped("payment_records", outside).values
    assert isinstance(value, Payment)
    assert (value.amount, value.method, value.reference, value.customer_external_id) == (
        usd(650),
        "Cheque",
        "CHQ-88",
        "cus_1",
    )
    nothing = {"amount_guaranteed": {"currency": "usd", "value": 0}, "amount_failed": {"currency": "usd", "value": 700}}
    (failed,) = mapped("payment_records", outside | nothing).values
    assert isinstance(failed, Payment)
    assert failed.status == "failed"


@pytest.mark.parametrize(("kind", "amount"), [("applied_to_invoice", 500), ("unapplied_from_invoice", -500)])
def test_credit_of_a_customer_that_goes_to_an_invoice_or_comes_back(kind: str, amount: int) -> None:
    thing = {"id": "cbtxn_1", "customer": "cus_1", "currency": "usd", "amount": amount, "ending_balance": 0}
    entry, allocation = mapped("customer_balance_transactions", thing | {"type": kind, "invoice": "in_1"}).values
    assert isinstance(entry, CustomerBalanceEntry)
    assert isinstance(allocation, Allocation)
    assert (entry.amount, entry.kind) == (usd(amount), kind)
    assert (allocation.amount, allocation.source_kind) == (usd(amount), SourceKind.CUSTOMER_BALANCE)


def test_credit_that_is_granted_is_no_allocation() -> None:
    thing = {"id": "cbtxn_1", "customer": "cus_1", "currency": "usd", "amount": -500, "type": "adjustment"}
    assert len(mapped("customer_balance_transactions", thing).values) == 1


LINE: dict[str, Any] = {
    "id": "txn_1",
    "type": "charge",
    "reporting_category": "charge",
    "status": "available",
    "currency": "usd",
    "amount": 5_000,
    "fee": 175,
    "net": 4_825,
    "fee_details": [
        {"amount": 150, "currency": "usd", "type": "stripe_fee", "description": "Stripe processing fees"},
        {"amount": 25, "currency": "usd", "type": "tax", "description": "GST"},
    ],
    "source": "ch_1",
    "available_on": int(datetime(2026, 3, 4, tzinfo=UTC).timestamp()),
}


def test_a_balance_transaction_with_its_fees() -> None:
    line, fee, tax = mapped("balance_transactions", LINE).values
    assert isinstance(line, BalanceTransaction)
    assert (line.gross, line.fee, line.net, line.treatment) == (usd(5_000), usd(175), usd(4_825), Treatment.UNDECIDED)
    assert (line.booked_on, line.available_on) == (date(2026, 3, 1), date(2026, 3, 4))
    assert isinstance(fee, Fee)
    assert isinstance(tax, Fee)
    assert (fee.kind, fee.amount, fee.source_external_id) == ("stripe_fee", usd(150), "ch_1")
    assert (tax.kind, tax.amount) == ("tax", usd(25))


@pytest.mark.parametrize(
    ("category", "treatment"),
    [
        ("refund", Treatment.REFUND),
        ("dispute", Treatment.DISPUTE),
        ("dispute_reversal", Treatment.DISPUTE),
        ("payout", Treatment.PAYOUT),
        ("topup", Treatment.PAYOUT),
        ("risk_reserved_funds", Treatment.RESERVE),
        ("financing_paydown", Treatment.FINANCING),
        ("transfer", Treatment.NOT_OURS),
    ],
)
def test_each_category_has_one_treatment(category: str, treatment: Treatment) -> None:
    plain = LINE | {"fee": 0, "net": 5_000, "fee_details": [], "reporting_category": category}
    (line,) = mapped("balance_transactions", plain).values
    assert isinstance(line, BalanceTransaction)
    assert line.treatment is treatment


def test_a_transaction_that_is_itself_a_fee_costs() -> None:
    plain = LINE | {"type": "stripe_fee", "reporting_category": "fee", "amount": -990, "fee": 0, "net": -990}
    line, fee = mapped("balance_transactions", plain | {"fee_details": [], "source": None}).values
    assert isinstance(line, BalanceTransaction)
    assert isinstance(fee, Fee)
    assert line.treatment is Treatment.FEE
    assert (fee.amount, fee.kind, fee.source_external_id) == (usd(990), "stripe_fee", "txn_1")


@pytest.mark.parametrize(
    ("category", "type_", "code", "says"),
    [
        ("other_adjustment", "adjustment", "parked_transaction", "its description alone explains"),
        ("unreconciled_customer_funds", "payment_unreconciled", "parked_transaction", "assigned to no payment"),
        (None, "adjustment", "parked_transaction", "its description alone explains"),
        ("moon_tax", "charge", "unknown_reporting_category", "'moon_tax'"),
        (None, "moon_tax", "unknown_reporting_category", "''"),
        (None, None, "unknown_reporting_category", "''"),
    ],
)
def test_a_category_that_says_nothing_is_parked_and_named(
    category: str | None, type_: str | None, code: str, says: str
) -> None:
    plain = LINE | {"reporting_category": category, "type": type_, "fee": 0, "net": 5_000, "fee_details": []}
    result = mapped("balance_transactions", plain)
    (line,) = result.values
    assert isinstance(line, BalanceTransaction)
    assert line.treatment is Treatment.PARKED
    assert [one.code for one in result.findings] == [code]
    assert says in result.findings[0].sentence


@pytest.mark.parametrize(
    ("type_", "category", "treatment"),
    [
        ("charge", "charge", Treatment.UNDECIDED),
        ("payment", "charge", Treatment.UNDECIDED),
        ("payment_refund", "refund", Treatment.REFUND),
        ("stripe_fee", "fee", Treatment.FEE),
        ("tax_fee", "tax", Treatment.FEE),
        ("payout_failure", "payout_reversal", Treatment.PAYOUT),
        ("reserve_hold", "risk_reserved_funds", Treatment.RESERVE),
        ("transfer_refund", "transfer_reversal", Treatment.NOT_OURS),
    ],
)
def test_where_the_category_is_missing_it_follows_from_the_type(
    type_: str, category: str, treatment: Treatment
) -> None:
    plain = LINE | {"type": type_, "fee": 0, "net": 5_000, "fee_details": []}
    plain.pop("reporting_category", None)
    result = mapped("balance_transactions", plain)
    line = result.values[0]
    assert isinstance(line, BalanceTransaction)
    assert (line.type, line.reporting_category, line.treatment) == (type_, category, treatment)
    assert result.findings == ()


def test_a_fee_without_details_is_a_fee_all_the_same() -> None:
    _, fee = mapped("balance_transactions", LINE | {"fee_details": None}).values
    assert isinstance(fee, Fee)
    assert (fee.amount, fee.kind) == (usd(175), "unnamed")


def test_sums_that_do_not_fit_are_a_warning() -> None:
    assert [one.code for one in mapped("balance_transactions", LINE | {"net": 1}).findings] == ["net_differs"]


def test_a_payout_arrives_on_the_date_that_stripe_writes_as_midnight_utc() -> None:
    payout = {
        "id": "po_1",
        "amount": -388,
        "currency": "usd",
        "status": "failed",
        "automatic": False,
        "arrival_date": int(datetime(2026, 3, 4, tzinfo=UTC).timestamp()),
        "trace_id": {"status": "supported", "value": "TR1"},
        "failure_balance_transaction": "txn_9",
    }
    (value,) = mapped("payouts", payout).values
    assert isinstance(value, Payout)
    assert (value.left_on, value.arrives_on) == (date(2026, 3, 1), date(2026, 3, 4))
    assert (value.amount, value.automatic, value.trace_id) == (usd(-388), False, "TR1")
    assert value.failure_balance_transaction == "txn_9"


def test_a_payout_carries_other_transactions_and_not_itself() -> None:
    (item,) = mapped("payout_items", LINE, parent="po_1").values
    assert item == PayoutItem(
        external_id="po_1/txn_1",
        payout_external_id="po_1",
        balance_transaction="txn_1",
        source_external_id="ch_1",
        updated_at=datetime.fromtimestamp(EVENING, UTC),
    )
    assert mapped("payout_items", LINE | {"source": "po_1", "type": "payout"}, parent="po_1").values == ()


@pytest.mark.parametrize(("kind", "thing", "name"), [
    ("invoices", INVOICE, "total"), ("charges", CHARGE, "amount"), ("balance_transactions", LINE, "amount"),
])  # fmt: skip
def test_an_amount_that_is_missing_is_told(kind: str, thing: dict[str, Any], name: str) -> None:
    def told(**changed: Any) -> bool:
        left = {key: value for key, value in (thing | changed).items() if value != "missing"}
        return ("amount_missing", name) in [(one.code, one.field) for one in mapped(kind, left).findings]

    assert told(**{name: "missing"})
    assert not told()
    assert not told(**{name: 0})


@pytest.mark.parametrize(
    ("kind", "thing", "code"),
    [
        ("charges", CHARGE | {"currency": "zzz"}, "unknown_currency"),
        ("charges", CHARGE | {"currency": "isk", "amount": 5_001, "amount_captured": None}, "finer_than_minor_unit"),
        ("charges", CHARGE | {"amount": 2**63, "amount_captured": None}, "larger_than_any_amount"),
        ("charges", CHARGE | {"amount": -(2**64), "amount_captured": None}, "larger_than_any_amount"),
        ("charges", CHARGE | {"amount": "5.5"}, "undecodable"),
        ("charges", CHARGE | {"amount": 5.5}, "undecodable"),
        ("payouts", {"id": "po_1", "amount": 1, "currency": "usd", "arrival_date": 10**15}, "out_of_range"),
        ("charges", CHARGE | {"created": 2**63}, "out_of_range"),
        ("robots", {"id": "r_1"}, "unknown_kind"),
    ],
)
def test_what_cannot_be_mapped_is_an_error_that_names_it(kind: str, thing: dict[str, Any], code: str) -> None:
    result = mapped(kind, thing)
    assert result.values == ()
    assert (result.findings[-1].code, result.findings[-1].severity) == (code, Severity.ERROR)
    assert str(thing["id"]) in result.findings[-1].sentence


def test_a_record_of_which_only_the_id_is_left_means_nothing() -> None:
    stub = Record(
        kind="customers", external_id="cus_1", raw=b'{"id":"cus_1","deleted":true}', seen_at=SEEN, deleted=True
    )
    assert map_record(stub, CONTEXT) == Mapped()
