"""Tying out: what stands on receivables on a day, held against somebody else's figures for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledger.money import Money
from receivables.open_items import Application, Item, OpenItem, home_at, home_at_document_rate, open_on


class RateBasis(StrEnum):
    """How a ledger states foreign receivables in home currency: at each document's own rate, or at the day's."""

    DOCUMENT = "document"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Receivables on a day. Credits and unapplied cash are negative; what nets to nothing is left out.

    customers: by external id, in home currency. documents: by external id, in the document's own currency.
    unpriced: documents without a rate, which stand in no customer's figure.
    """

    home: str
    customers: Mapping[str, Money]
    documents: Mapping[str, Money]
    unpriced: tuple[str, ...] = ()

    @property
    def total(self) -> Money:
        """What the control account shows."""
        return sum(self.customers.values(), Money(0, self.home))


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that does not tie; None where one side has none."""

    what: str
    here: Money | None
    there: Money | None


def position_on(
    items: Iterable[Item],
    applications: Iterable[Application],
    day: date,
    home: str,
    *,
    basis: RateBasis,
    rates: Mapping[str, Decimal],
) -> Position:
    """Our own figures. rates: home units for one unit of a currency on the day; used where the basis is the day's."""
    customers: dict[str, Money] = {}
    documents: dict[str, Money] = {}
    unpriced = []
    for found in open_on(items, applications, day):
        document = found.item.document
        documents[document] = _added(documents.get(document), found.open)
        worth = _home(found, home, basis, rates)
        if worth is None:
            unpriced.append(document)
        else:
            customers[found.item.customer] = _added(customers.get(found.item.customer), worth)
    return Position(home=home, customers=_standing(customers), documents=_standing(documents), unpriced=tuple(unpriced))


def differences(here: Position, there: Position) -> list[Difference]:
    """Every figure that is not the same to the cent, the total first. Empty is what is wanted."""
    found = []
    if here.total != there.total:
        found.append(Difference("open in total", here.total, there.total))
    found += _unequal("open of customer", here.customers, there.customers)
    found += _unequal("open of document", here.documents, there.documents)
    found += [Difference(f"no rate for document {key}", None, there.documents.get(key)) for key in here.unpriced]
    return found


def _home(found: OpenItem, home: str, basis: RateBasis, rates: Mapping[str, Decimal]) -> Money | None:
    return home_at_document_rate(found, home) if basis is RateBasis.DOCUMENT else home_at(found, home, rates)


def _added(sum_so_far: Money | None, money: Money) -> Money:
    return money if sum_so_far is None else sum_so_far + money


def _standing(sums: Mapping[str, Money]) -> dict[str, Money]:
    return {key: money for key, money in sums.items() if money.minor}


def _unequal(what: str, here: Mapping[str, Money], there: Mapping[str, Money]) -> list[Difference]:
    return [
        Difference(f"{what} {key}", here.get(key), there.get(key))
        for key in sorted({*here, *there})
        if here.get(key) != there.get(key)
    ]
