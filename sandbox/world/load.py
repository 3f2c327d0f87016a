"""Puts an entity into the stand-ins: Stripe first, so that the ledger's texts can name Stripe's ids."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from sandbox.world import plan

_STRIPE_ID = re.compile(r"\{stripe:([^{}]+)\}")


class LedgerStand(Protocol):
    """What loading needs of QuickBooks or Xero."""

    def add_company(self, company: plan.Company) -> str: ...
    def load(self, tenant: str, wanted: plan.BooksPlan, /) -> None: ...


class ProcessorStand(Protocol):
    """What loading needs of Stripe."""

    def add_company(self, company: plan.Company) -> str: ...
    def load(self, tenant: str, wanted: plan.StripePlan, /) -> None: ...
    def external_id(self, tenant: str, key: plan.Key) -> str: ...


@dataclass(frozen=True)
class Loaded:
    """Where an entity stands: the realm id or tenant id of its books ("" if they were not wanted), and its Stripe account."""

    entity: plan.EntityPlan
    books_tenant: str
    stripe_tenant: str


def load_entity(entity: plan.EntityPlan, ledger: LedgerStand, stripe: ProcessorStand) -> Loaded:
    stripe_tenant = load_stripe(entity, stripe)
    books_tenant = ledger.add_company(entity.books.company)
    ledger.load(books_tenant, with_stripe_ids(entity.books, lambda key: stripe.external_id(stripe_tenant, key)))
    return Loaded(entity, books_tenant, stripe_tenant)


def load_stripe(entity: plan.EntityPlan, stripe: ProcessorStand) -> str:
    """The entity's Stripe account alone; returns its id."""
    stripe_tenant = stripe.add_company(entity.stripe.company)
    stripe.load(stripe_tenant, entity.stripe)
    return stripe_tenant


_Referring = TypeVar("_Referring", plan.Invoice, plan.Payment, plan.BankMove, plan.Transfer)


def with_stripe_ids(books: plan.BooksPlan, stripe_id: Callable[[plan.Key], str]) -> plan.BooksPlan:
    """The same books with the id that Stripe gave in the place of each `{stripe:KEY}`."""

    def named(item: _Referring) -> _Referring:
        if item.reference is None or "{" not in item.reference:
            return item
        return replace(item, reference=_STRIPE_ID.sub(lambda found: stripe_id(found[1]), item.reference))

    return replace(
        books,
        invoices=tuple(named(invoice) for invoice in books.invoices),
        payments=tuple(named(payment) for payment in books.payments),
        moves=tuple(named(move) for move in books.moves),
        transfers=tuple(named(transfer) for transfer in books.transfers),
    )
