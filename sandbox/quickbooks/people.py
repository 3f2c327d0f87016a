"""The plan's customers, and the twins that they need where they trade in two currencies."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.wire import Record, ref
from sandbox.quickbooks.writes import Writer
from sandbox.world import plan

_SECONDS_APART = 60


class People:
    """Knows each planned customer by key."""

    def __init__(self, books: Books, writer: Writer, customers: Sequence[plan.Customer]) -> None:
        self._books = books
        self._writer = writer
        self._customers = {customer.key: customer for customer in customers}

    def enter(self, at: int, latest: int) -> None:
        """Parents first. ValueError for a parent that is not in the plan."""
        waiting = list(self._customers.values())
        while waiting:
            ready = [one for one in waiting if one.parent is None or one.parent in self._books.keys]
            if not ready:
                message = f"customer {waiting[0].key} names a parent that is not in the plan: {waiting[0].parent}"
                raise ValueError(message)
            for customer in ready:
                self._write(customer.key, customer, customer.currency or self._books.home, customer.name, at)
                at = min(at + _SECONDS_APART, latest)
            entered = {one.key for one in ready}
            waiting = [one for one in waiting if one.key not in entered]

    def deactivate(self, at: int) -> None:
        for customer in self._customers.values():
            if customer.active:
                continue
            record = self._books.need("Customer", self._books.keys[customer.key][1])
            changed = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True, "Active": False}
            self._writer.update("Customer", changed, at)

    def first(self) -> str:
        return next(iter(self._customers))

    def planned(self, key: str) -> plan.Customer:
        """ValueError for a key that is not in the plan."""
        held = self._customers.get(key)
        if held is None:
            message = f"the plan names the customer {key}, who is not in it"
            raise ValueError(message)
        return held

    def payer(self, key: str, currency: str, at: int) -> Record:
        """A customer trades in one currency here; for another one it has a twin, as bookkeepers do by hand."""
        customer = self.planned(key)
        if (customer.currency or self._books.home) == currency:
            return ref(self._books.keys[key][1])
        twin = f"{key}:{currency}"
        if twin not in self._books.keys:
            self._write(twin, customer, currency, f"{customer.name} ({currency})", at)
        return ref(self._books.keys[twin][1])

    def _write(self, key: str, customer: plan.Customer, currency: str, name: str, at: int) -> None:
        body: Record = {"DisplayName": name, "CompanyName": name, "CurrencyRef": {"value": currency}}
        if customer.email:
            body["PrimaryEmailAddr"] = {"Address": customer.email}
        if customer.parent:
            body["ParentRef"] = {"value": self._books.keys[customer.parent][1]}
        written = self._writer.create("Customer", body, at)
        self._books.keys[key] = ("Customer", written["Id"])
