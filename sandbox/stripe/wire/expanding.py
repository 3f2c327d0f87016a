"""expand[]: ids replaced by their records, to four levels, and the fields that stand in a record only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.core.records import Record
from sandbox.stripe.books import Books
from sandbox.stripe.ids import kind_of
from sandbox.stripe.shapes.parts import EMBEDDED, first_rows, listing
from sandbox.stripe.wire.errors import StripeError

LEVELS_MAX = 4
Tree = dict[str, "Tree"]
_NEVER = frozenset({"id", "object", "metadata", "url", "number", "client_secret"})


def tree_of(paths: Iterable[str]) -> Tree:
    """Paths as a tree of names. More than four levels are refused."""
    root: Tree = {}
    for path in paths:
        names = path.split(".")
        if len(names) > LEVELS_MAX:
            message = f"You cannot expand more than {LEVELS_MAX} levels of a property. Property: {path}"
            raise StripeError(400, message, param="expand")
        below = root
        for name in names:
            below = below.setdefault(name, {})
    return root


class Expander:
    """`allow(kind)` raises when the caller may not read records of that kind."""

    def __init__(self, books: Books, allow: Callable[[str], None]) -> None:
        self._books = books
        self._allow = allow

    def expand(self, record: Record, tree: Tree, *, one_of_several: bool = False) -> Record:
        """A copy along the paths; the stored record stays as it is.

        one_of_several: the record may be of several kinds (what moved the balance), and lacks names that others have.
        """
        if not tree:
            return record
        copy = dict(record)
        for name, below in tree.items():
            # Of a hash such as an allocation's `payment` only one of several ids stands there.
            if name not in record and (one_of_several or "object" not in record):
                continue
            copy[name] = self._below(self._value(record, name), below, one_of_several=_several(record, name))
        return copy

    def _below(self, value: Any, tree: Tree, *, one_of_several: bool = False) -> Any:
        if not tree or value is None:
            return value
        if isinstance(value, list):
            return [self._below(one, tree) for one in value]
        if isinstance(value, dict):
            return self.expand(value, tree, one_of_several=one_of_several)
        raise _unfit(next(iter(tree)))

    def _value(self, record: Record, name: str) -> Any:
        included = _INCLUDED.get((str(record.get("object")), name))
        if included is not None:
            return included(self, record)
        if name in _NEVER or name not in record:
            raise _unfit(name)
        value = record[name]
        if value is None or isinstance(value, (dict, list)):
            return value
        if not isinstance(value, str) or kind_of(value) is None:
            raise _unfit(name)
        return self._fetch(record, value)

    def _fetch(self, record: Record, record_id: str) -> Any:
        found = self._books.locate(record_id)
        if found is None:
            return record_id
        kind, target = found
        if record.get("object") == "balance_transaction":
            self._allow("balance_transaction_sources")
        self._allow(kind)
        return self._books.fresh(target)

    def payments(self, invoice: Record) -> Record:
        self._allow("invoice_payments")
        rows = list(self._books.rows("invoice_payments", "invoice", invoice["id"]))
        return listing(rows[:EMBEDDED], "/v1/invoice_payments", has_more=len(rows) > EMBEDDED)

    def refunds(self, charge: Record) -> Record:
        self._allow("refunds")
        rows = list(self._books.rows("refunds", "charge", charge["id"]))
        return first_rows(rows, f"/v1/charges/{charge['id']}/refunds")

    def off_stripe(self, invoice: Record) -> int:
        rows = self._books.rows("invoice_payments", "invoice", invoice["id"])
        recorded = sum(row["amount_paid"] or 0 for row in rows if row["payment"]["type"] == "payment_record")
        marked = sum(entry.amount for entry in self._books.margins.off_stripe.get(invoice["id"], ()))
        return int(recorded) + marked

    def credit_balance(self, customer: Record) -> dict[str, int]:
        sums: dict[str, int] = {}
        for entry in self._books.rows("customer_balance_transactions", "customer", customer["id"]):
            sums[entry["currency"]] = sums.get(entry["currency"], 0) - entry["amount"]
        return sums


def _several(record: Record, name: str) -> bool:
    return name == "source" and record.get("object") == "balance_transaction"


def _none(_: Expander, customer: Record) -> Record:
    return listing([], f"/v1/customers/{customer['id']}")


def _unfit(name: str) -> StripeError:
    return StripeError(400, f"This property cannot be expanded ({name}).", param="expand")


_INCLUDED: dict[tuple[str, str], Callable[[Expander, Record], Any]] = {
    ("invoice", "payments"): Expander.payments,
    ("invoice", "amount_paid_off_stripe"): Expander.off_stripe,
    ("charge", "refunds"): Expander.refunds,
    ("customer", "invoice_credit_balance"): Expander.credit_balance,
    ("customer", "sources"): _none,
    ("customer", "subscriptions"): _none,
    ("customer", "tax_ids"): _none,
}
