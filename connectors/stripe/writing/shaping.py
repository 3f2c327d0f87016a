"""What an entry comes to at Stripe. Pure. A receipt is one reported payment and its attachment for each invoice it pays.

One payment for each invoice: an attachment takes what is left of both, and so takes exactly the payment's amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.faults import Refused
from ledger.ids import derived

_TAKEN = frozenset({"charge", "payment", "payment_record", "payment_intent"})
_STEPS = {
    EntryKind.CREDIT_NOTE: "Open the invoice in Stripe and issue the credit note on it there.",
    EntryKind.REFUND: "Open the payment in Stripe and refund it there.",
}


def shape(entry: Entry) -> tuple[Entry, ...]:
    """Raises Refused for what Stripe keeps no books of."""
    if entry.kind is EntryKind.RECEIPT:
        return tuple(_receipt(entry))
    if entry.kind is EntryKind.ALLOCATION:
        return tuple(_allocation(entry))
    steps = _STEPS.get(entry.kind, "Connect the ledger that holds them, QuickBooks or Xero.")
    words = entry.kind.value.replace("_", " ")
    raise Refused(f"A {words} cannot be written to Stripe by itself: it keeps invoices and no accounts. {steps}")


def _receipt(entry: Entry) -> Iterator[Entry]:
    """Fees and withheld tax are part of what the invoice is paid with: Stripe has no account to put them in."""
    paying = [line for line in entry.lines if line.role is LineRole.PAYS]
    if any(line.role is LineRole.UNAPPLIED and line.amount for line in entry.lines) or not paying:
        raise Refused(
            "Stripe keeps no credit from money that came outside it. Match all of this receipt to invoices, or book the "
            "rest in Stripe as a customer balance adjustment (Customers, the customer, Credit balance)."
        )
    for place, line in enumerate(paying):
        own = entry.write_id if place == 0 else derived(entry.write_id, str(2 * place))
        yield replace(
            entry, write_id=own, amount=line.amount, account=None, customer=line.customer or entry.customer,
            lines=(line,), rate=None,
        )  # fmt: skip
        yield _attachment(
            entry, derived(entry.write_id, str(2 * place + 1)), Target(kind="payment", entry=own), line, own
        )


def _attachment(entry: Entry, own: str, source: Target, line: EntryLine, *after: str) -> Entry:
    return replace(
        entry, kind=EntryKind.ALLOCATION, write_id=own, amount=line.amount, account=None, source=source, lines=(line,),
        customer=line.customer or entry.customer, after=tuple(dict.fromkeys((*entry.after, *after))), rate=None,
    )  # fmt: skip


def _allocation(entry: Entry) -> Iterator[Entry]:
    """One call an invoice, one after the other: each takes what the one before has left."""
    if entry.source is None or entry.source.kind not in _TAKEN:
        raise Refused(
            "Stripe applies a credit note to its own invoice alone, and a customer's credit to the next invoice by itself. "
            "Do it in Stripe: issue the credit note on the invoice that it is for."
        )
    before: tuple[str, ...] = ()
    for place, line in enumerate(line for line in entry.lines if line.role is LineRole.PAYS):
        own = entry.write_id if place == 0 else derived(entry.write_id, str(place))
        yield _attachment(entry, own, entry.source, line, *before)
        before = (own,)
