"""What people decided in one organisation, as values: the only thing that the matcher learns from.

    memory = Memory.of([Confirmed(day, receipt, "C-1", ("in-1",)), Declined(...), Undone(...)])

Facts are given in the order in which they happened; `on` is the day of the decision. Nothing here knows of an organisation: a list of
facts is one organisation's, and what is made of it serves that organisation's runs alone.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from reconcile.values import HistoryRow, Receipt, ResidualKind


class Confirmed(msgspec.Struct, frozen=True):
    """A person accepted a match, or made one by hand. One receipt counts once, however many invoices it paid."""

    on: dt.date
    receipt: Receipt
    customer_id: str
    """Whose documents were paid. A receipt that paid for several customers is one fact for each."""
    item_ids: tuple[str, ...]
    short_minor: int = 0
    """What the payment left of the documents for good, in their currency, and why."""
    short_kind: ResidualKind = ""


class Declined(msgspec.Struct, frozen=True):
    """A person said no to a proposal. It weighs less as time goes by, and nothing once the same receipt is confirmed for the customer."""

    on: dt.date
    receipt: Receipt
    customer_id: str
    item_ids: tuple[str, ...]


class Undone(msgspec.Struct, frozen=True):
    """A person took back a match that stood. The pairing is not automatic again until one like it is confirmed by hand."""

    on: dt.date
    receipt: Receipt
    customer_id: str
    item_ids: tuple[str, ...]


Fact = Confirmed | Declined | Undone


def confirmed_in(history: Iterable[HistoryRow]) -> list[Confirmed]:
    """Rows of history as facts, in order of time: the rows of one receipt and customer are one confirmation."""
    groups: dict[tuple[dt.date, str, str], list[HistoryRow]] = defaultdict(list)
    for row in (row for row in history if row.learn):
        groups[row.receipt.received_on, row.receipt.id, row.customer_id].append(row)
    return [
        Confirmed(
            on=day,
            receipt=min(rows, key=lambda row: row.invoice_id).receipt,
            customer_id=customer,
            item_ids=tuple(sorted({row.invoice_id for row in rows})),
        )
        for (day, _, customer), rows in sorted(groups.items(), key=lambda group: group[0])
    ]
