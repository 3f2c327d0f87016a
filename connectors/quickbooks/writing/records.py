"""A record as it stands at QuickBooks, from its bytes; and the one of several ways in which a record is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import msgspec

from connectors.decode import loosely
from connectors.quickbooks import wire
from connectors.quickbooks.client import QuickBooksClient
from connectors.quickbooks.reading import value_of, voided
from connectors.quickbooks.times import calendar
from connectors.writing import Standing
from ledger.faults import BadInput
from ledger.money import Money

IDS_PER_CALL = 200
PAGE_SIZE = 1000
PAGES_MAX = 100
KINDS = ("Payment", "Deposit", "Purchase", "Transfer", "JournalEntry", "CreditMemo", "SalesReceipt", "RefundReceipt")


class Held(wire.Transaction):
    """The fields of any of the kinds that we write, and of those that move money."""

    status: str | None = msgspec.field(default=None, name="status")
    customer_ref: wire.Ref | None = None
    payment_ref_num: str | None = None
    deposit_to_account_ref: wire.Ref | None = None
    account_ref: wire.Ref | None = None
    from_account_ref: wire.Ref | None = None
    to_account_ref: wire.Ref | None = None
    amount: Decimal | None = None
    unapplied_amt: Decimal | None = None
    credit: bool | None = None


def held_of(raw: bytes) -> Held:
    """Raises msgspec.DecodeError."""
    return loosely(raw, Held)


def standing_of(kind: str, held: Held, home: str) -> Standing:
    """reconciled is not in any record: it stays None."""
    currency = (value_of(held.currency_ref) or home).upper()
    amount = held.total_amt if held.total_amt is not None else held.amount
    is_transfer = kind == "Transfer"
    return Standing(
        kind=kind,
        external_id=held.id or "",
        version=held.sync_token or "",
        amount=None if amount is None else _money(amount, currency),
        on=calendar(held.txn_date),
        account=value_of(held.from_account_ref if is_transfer else held.deposit_to_account_ref or held.account_ref),
        ended=held.status == "Deleted" or _void(kind, held),
        in_deposit=any(link.txn_type == "Deposit" for link in held.linked_txn or []),
    )


def part_of(kind: str, held: Held, write_id: str, home: str) -> Standing:
    """An application inside a Payment that stood before: it has no id of its own."""
    whole = standing_of(kind, held, home)
    ended = whole.ended or write_id not in (held.private_note or "")
    return replace(whole, external_id=f"{whole.external_id}/{write_id}", amount=None, ended=ended)


def rows(client: QuickBooksClient, kind: str, where: str) -> Iterator[tuple[Held, bytes]]:
    """Every record of a kind that a condition holds for. Raises as the client's `query`."""
    for page in range(PAGES_MAX):
        start = page * PAGE_SIZE + 1
        listing = client.query(kind, f"SELECT * FROM {kind} WHERE {where} STARTPOSITION {start} MAXRESULTS {PAGE_SIZE}")  # noqa: S608 - texts in it are quoted
        raws = listing.of(kind)
        for raw in raws:
            yield held_of(raw), raw
        if len(raws) < PAGE_SIZE:
            return


def by_values(client: QuickBooksClient, kind: str, field: str, values: Iterable[str]) -> Iterator[tuple[Held, bytes]]:
    """Records whose field is one of the values, in the fewest queries."""
    wanted = list(dict.fromkeys(value for value in values if value))
    for start in range(0, len(wanted), IDS_PER_CALL):
        listed = ", ".join(quoted(value) for value in wanted[start : start + IDS_PER_CALL])
        yield from rows(client, kind, f"{field} IN ({listed})")


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def own_ids(external_ids: Sequence[str]) -> list[str]:
    """The records' own ids: an application inside a Payment is read by the Payment."""
    return list(dict.fromkeys(one.partition("/")[0] for one in external_ids))


def _money(amount: Decimal, currency: str) -> Money | None:
    try:
        return Money.of(amount, currency)
    except BadInput:
        return None


def _void(kind: str, held: Held) -> bool:
    if kind == "Transfer":
        return not held.amount and (held.private_note or "").lower().startswith("void")
    return voided(held)
