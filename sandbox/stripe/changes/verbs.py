"""Changes of business as a person in Stripe's dashboard, or a payer, makes them: the verbs of POST /_control/change.

A record is named by its Stripe id or by its key in the plan. Amounts are in Stripe's minor units of the record's own
currency. Every verb answers the record that it made or changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.core.records import Record
from sandbox.stripe.acts import ledger
from sandbox.stripe.acts.invoicing import NotAllowedError
from sandbox.stripe.books import Books
from sandbox.stripe.changes import customers, invoices, money, payouts
from sandbox.stripe.changes.fields import Fields

_VERBS: Mapping[str, Callable[[Books, int, Fields], Record]] = {
    "attach_payment": money.attach_payment,
    "capture_in_part": money.capture_in_part,
    "charge": money.charge,
    "charge_comes_back": money.charge_comes_back,
    "charge_fails": money.charge_fails,
    "charge_succeeds": money.charge_succeeds,
    "close_dispute": money.close_dispute,
    "credit_balance": customers.credit_balance,
    "credit_note": invoices.credit_note,
    "delete_customer": customers.delete_customer,
    "delete_invoice": invoices.delete_invoice,
    "detach_payment": money.detach_payment,
    "dispute": money.dispute,
    "edit_customer": customers.edit_customer,
    "fee": payouts.fee,
    "finalize_invoice": invoices.finalize_invoice,
    "mark_uncollectible": invoices.mark_uncollectible,
    "new_customer": customers.new_customer,
    "new_invoice": invoices.new_invoice,
    "pay_invoice": money.pay_invoice,
    "pay_out_of_band": invoices.pay_out_of_band,
    "payout": payouts.payout,
    "payout_canceled": payouts.payout_canceled,
    "payout_failed": payouts.payout_failed,
    "payout_paid": payouts.payout_paid,
    "refund": money.refund,
    "refund_fails": money.refund_fails,
    "refund_succeeds": money.refund_succeeds,
    "reserve": payouts.reserve,
    "set_metadata": customers.set_metadata,
    "topup": payouts.topup,
    "void_credit_note": invoices.void_credit_note,
    "void_invoice": invoices.void_invoice,
}


def make(books: Books, verb: str, fields: Fields) -> Record:
    """Make one change now. ValueError for an unknown verb or bad fields, LookupError for an unknown record."""
    act = _VERBS.get(verb)
    if act is None:
        message = f"verb {verb!r} is unknown; known: {', '.join(sorted(_VERBS))}"
        raise ValueError(message)
    with books.lock:
        ledger.ripen(books)
        try:
            return books.fresh(act(books, books.now(), fields))
        except NotAllowedError as refused:
            raise ValueError(str(refused)) from refused


def verbs() -> list[str]:
    return sorted(_VERBS)
