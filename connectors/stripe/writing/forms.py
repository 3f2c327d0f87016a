"""The forms that are posted to Stripe, in bytes that are the same each time."""

from __future__ import annotations

from datetime import date, datetime, time
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from connectors.stripe.currency import stripe_amount
from connectors.stripe.markers import DAY, MARKER
from connectors.writing import Batch
from ledger.entry import Entry

FORM = "application/x-www-form-urlencoded"
_WORDS_MAX = 500  # of a metadata value; descriptions take more, and none is needed


def reported(entry: Entry, zone: str) -> Batch:
    """A payment that was made outside Stripe and has arrived."""
    amount = stripe_amount(entry.amount)
    moment = str(_seconds(entry.on, zone))
    words = " · ".join(part for part in (entry.memo, entry.reference) if part)[:_WORDS_MAX]
    form = [
        ("amount_requested[value]", str(amount)),
        ("amount_requested[currency]", entry.amount.currency.lower()),
        ("initiated_at", moment),
        ("outcome", "guaranteed"),
        ("guaranteed[guaranteed_at]", moment),
        ("payment_method_details[type]", "custom"),
        ("payment_method_details[custom][display_name]", "Bank transfer"),
        ("processor_details[type]", "custom"),
        ("processor_details[custom][payment_reference]", entry.reference or entry.write_id),
        *([("customer_details[customer]", entry.customer)] if entry.customer else []),
        *([("description", words)] if words else []),
        (f"metadata[{MARKER}]", entry.write_id),
        (f"metadata[{DAY}]", entry.on.isoformat()),
    ]
    return _batch("/v1/payment_records/report_payment", form, entry)


def attached(entry: Entry, invoice: str, payment: str) -> Batch:
    """A payment set against an invoice; the answer brings the invoice's payments."""
    name = "payment_record" if payment.startswith("pr_") else "payment_intent"
    return _batch(f"/v1/invoices/{invoice}/attach_payment", [(name, payment), ("expand[]", "payments")], entry)


def _batch(path: str, form: list[tuple[str, str]], entry: Entry) -> Batch:
    return Batch(method="POST", path=path, body=urlencode(form).encode(), members=(entry.write_id,), content_type=FORM)


def _seconds(on: date, zone: str) -> int:
    """The beginning of the day in the company's zone: never in the future."""
    return int(datetime.combine(on, time(0), ZoneInfo(zone)).timestamp())
