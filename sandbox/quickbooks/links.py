"""Who was paid by what: the applications inside Payments, looked up from either side, and the open amounts of today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.items import Item, items_of
from sandbox.quickbooks.wire import ZERO, Record

# How a Payment's line names the kind of what it is linked to.
LINE_TYPES = {
    "Invoice": "Invoice",
    "CreditMemo": "CreditMemo",
    "JournalEntry": "JournalEntry",
    "Deposit": "Deposit",
    "Expense": "Purchase",
    "Check": "Purchase",
    "CreditCardCredit": "Purchase",
}
ON_AR = frozenset({*LINE_TYPES.values(), "Payment"})
Place = tuple[str, str]  # transaction id, line id ("" for the whole)


@dataclass(frozen=True, slots=True)
class Applied:
    """One line of a Payment: `amount` of what the item at `place` owes, or of the credit that it is."""

    place: Place
    kind: str
    amount: Decimal


def applied_lines(payment: Record) -> list[Applied]:
    found = []
    for line in payment.get("Line", ()):
        for linked in line.get("LinkedTxn", ()):
            kind = LINE_TYPES[linked["TxnType"]]
            inner = str(linked.get("TxnLineId") or "") if kind in {"JournalEntry", "Deposit", "Purchase"} else ""
            found.append(Applied((str(linked["TxnId"]), inner), kind, line["Amount"]))
    return found


class Links:
    """Kept up with every write of the books. Balances are of today: each application counts whatever its date."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._items: dict[str, list[Item]] = {}
        self._payers: dict[str, set[str]] = defaultdict(set)  # transaction -> the Payments that name it
        self._lines: dict[str, list[Applied]] = {}
        self._owed: dict[str, dict[str, Decimal]] = {}  # transaction -> customer -> open today
        self._balances: dict[str, Decimal] = defaultdict(Decimal)
        books.on_put(self._written)

    def items(self, txn: str) -> list[Item]:
        return self._items.get(txn, [])

    def item(self, place: Place) -> Item | None:
        return next((item for item in self.items(place[0]) if item.line == place[1]), None)

    def all_items(self) -> list[Item]:
        return [item for items in self._items.values() for item in items]

    def payers(self, txn: str) -> list[str]:
        """Ids of the Payments with a line on this transaction, oldest id first."""
        return sorted(self._payers.get(txn, ()), key=lambda record_id: (len(record_id), record_id))

    def lines(self, payment: str) -> list[Applied]:
        return self._lines.get(payment, [])

    def used(self, place: Place, without: str | None = None) -> Decimal:
        """How much of an item Payments have used up, all dates; `without` leaves one Payment out."""
        return sum(
            (
                line.amount
                for payer in self._payers.get(place[0], ())
                if payer != without
                for line in self._lines.get(payer, ())
                if line.place == place
            ),
            ZERO,
        )

    def open_amount(self, item: Item, without: str | None = None) -> Decimal:
        """What is left of an item today, with the item's sign; of a Payment, what it has not applied."""
        if item.kind == "Payment":
            return item.amount + self.spent(self.lines(item.txn))
        used = self.used((item.txn, item.line), without)
        return item.amount - used if item.amount > 0 else item.amount + used

    def spent(self, lines: list[Applied]) -> Decimal:
        """What the lines take from the Payment's own money: debts paid less credits used."""
        total = ZERO
        for line in lines:
            item = self.item(line.place)
            if item is not None:
                total += line.amount if item.amount > 0 else -line.amount
        return total

    def balance(self, customer: str) -> Decimal:
        """The customer's open amounts in the customer's currency, without its sub-customers."""
        return self._balances.get(customer, ZERO)

    def _written(self, kind: str, old: Record | None, new: Record | None) -> None:
        record = new or old
        if record is None or kind not in ON_AR:
            return
        txn = record["Id"]
        touched = {txn}
        if kind == "Payment":
            touched |= self._relink(txn, new)
        if new is None:
            self._items.pop(txn, None)
            touched |= set(self._payers.get(txn, ()))
        else:
            self._items[txn] = items_of(self._books, kind, new)
        for one in touched:
            self._reckon(one)

    def _relink(self, payment: str, new: Record | None) -> set[str]:
        before = {line.place[0] for line in self._lines.pop(payment, [])}
        for txn in before:
            self._payers[txn].discard(payment)
        if new is None:
            return before
        lines = applied_lines(new)
        if lines:
            self._lines[payment] = lines
        for line in lines:
            self._payers[line.place[0]].add(payment)
        return before | {line.place[0] for line in lines}

    def _reckon(self, txn: str) -> None:
        before = self._owed.pop(txn, {})
        now: dict[str, Decimal] = {}
        for item in self.items(txn):
            left = self.open_amount(item)
            if left:
                now[item.customer] = now.get(item.customer, ZERO) + left
        if now:
            self._owed[txn] = now
        for customer in before.keys() | now.keys():
            self._balances[customer] += now.get(customer, ZERO) - before.get(customer, ZERO)
            self._forget(customer)

    def _forget(self, customer: str) -> None:
        """The bytes of a customer and of those above it carry balances."""
        seen = customer
        while seen:
            self._books.shelves["Customer"].forget_bytes([seen])
            record = self._books.get("Customer", seen)
            seen = str((record or {}).get("ParentRef", {}).get("value", ""))
