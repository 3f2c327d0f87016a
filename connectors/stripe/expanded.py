"""What hangs on an object, in the same answer: expand[] as it is asked for, and the answer as if nothing had been.

A record is kept in the bytes that its list would give. So an object inside another becomes a record of its own, in its own
bytes, and its id stands again where it stood: the parent's digest does not tell how it was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from connectors.decode import Loose, loosely
from connectors.stripe import wire

EXPANDED: dict[str, tuple[str, ...]] = {
    "payment_intents": ("latest_charge.balance_transaction",),
    "charges": ("balance_transaction",),
    "refunds": ("balance_transaction", "failure_balance_transaction"),
    "payouts": ("balance_transaction", "failure_balance_transaction"),
}
"""By kind: what `StripeConnector.follow` would ask for next. At most four levels, "data" of a list counted."""

_KIND_BEHIND = {
    "latest_charge": "charges",
    "balance_transaction": "balance_transactions",
    "failure_balance_transaction": "balance_transactions",
}


class _Inside(Loose):
    latest_charge: msgspec.Raw = msgspec.Raw(b"null")
    balance_transaction: msgspec.Raw = msgspec.Raw(b"null")
    failure_balance_transaction: msgspec.Raw = msgspec.Raw(b"null")


def expansions(kind: str, *, listed: bool) -> list[tuple[str, str]]:
    """The query's part."""
    return [("expand[]", f"data.{path}" if listed else path) for path in EXPANDED.get(kind, ())]


def parted(kind: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The object as if it had not been expanded, then those that stood in it. An object that cannot be read is left as it is."""
    inner: list[tuple[str, bytes]] = []
    if kind in EXPANDED:
        try:
            inside = loosely(raw, _Inside)
            for field, child_kind in _KIND_BEHIND.items():
                child = bytes(getattr(inside, field))
                own = loosely(child, wire.Head).id if child.startswith(b"{") else ""
                if own:
                    raw = raw.replace(child, msgspec.json.encode(own), 1)
                    inner.append((child_kind, child))
        except (msgspec.DecodeError, UnicodeDecodeError):
            inner = []
    yield kind, raw
    for child_kind, child in inner:
        yield from parted(child_kind, child)
