"""One posting of a processor's money while its entries are made: what it covers, and which accounts it goes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.ids import derived
from ledger.money import Money
from posting.planning.books import Books, LedgerAccount
from posting.processor.wanted import What
from posting.refusal import NotPosted
from posting.rules import Place, Role

_NAMES = {
    Role.BANK: "the bank account that payouts arrive in", Role.CLEARING: "the clearing account",
    Role.DISPUTED: "disputed funds", Role.RESERVE: "the processor's reserve", Role.PROCESSOR_FEE: "the processor's fees",
    Role.DISPUTE_FEE: "dispute fees", Role.SALES: "sales without an invoice", Role.BANK_FEE: "bank fees",
    Role.BAD_DEBT: "bad debts", Role.SUSPENSE: "suspense",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """parts: the balance transactions that it covers (store.queries.processor.parts_of)."""

    books: Books
    posting: Any
    parts: Sequence[Any]

    @property
    def what(self) -> What:
        return What(self.choices["what"])

    @property
    def choices(self) -> Mapping[str, Any]:
        chosen: Mapping[str, Any] = self.posting.choices
        return chosen

    @property
    def source(self) -> str:
        return str(self.choices.get("source", ""))

    @property
    def currency(self) -> str:
        return str(self.posting.currency)

    @property
    def moved(self) -> Money:
        """What its parts move the balance by."""
        return Money(sum(part.part_minor for part in self.parts), self.currency)

    @property
    def on(self) -> date:
        """Its own day, or the one that a person chose instead."""
        chosen = self.choices.get("date")
        day: date = date.fromisoformat(chosen) if chosen else self.posting.dated_on
        return day

    def write_id(self, number: int = 0) -> str:
        return derived(str(self.posting.id), str(number))

    def place(self, role: Role, *others: Role) -> Place:
        """The account for a role; `others` stand in for it. Raises NotPosted."""
        for one in (role, *others):
            found = self.books.rules.place(one, self.source, self.currency)
            if found is not None:
                return self.fitting(found)
        raise NotPosted(
            "account_missing", f"No account is chosen for {_NAMES.get(role, role.value)} in {self.currency}.",
            "Choose it under Settings, Posting, or by `tieout posting set`; then retry.",
        )  # fmt: skip

    def account(self, role: Role, *others: Role) -> str:
        return self.place(role, *others).account

    def fitting(self, place: Place) -> Place:
        """The place itself. Raises NotPosted where its account is archived or gone."""
        account = self.books.account_of(place)
        if account is None or not account.active:
            name = place.account if account is None else account.name
            raise NotPosted(
                "account_archived", f"The account for {_NAMES.get(place.role, place.role.value)}, {name}, is archived or gone.",
                "Choose another account for it under Settings, Posting; then retry.",
            )  # fmt: skip
        if place.role is Role.CLEARING and account.currency != self.currency:
            raise NotPosted(
                "account_currency", f"{account.name} is kept in {account.currency}, and this money moved in {self.currency}.",
                f"Choose a clearing account in {self.currency} under Settings, Posting, or open one in the books; then retry.",
            )  # fmt: skip
        return place

    def ledger_account(self, place: Place) -> LedgerAccount:
        found = self.books.account_of(place)
        if found is None:
            raise NotPosted("account_archived", f"The account {place.account} is gone.", "Choose another; then retry.")
        return found
