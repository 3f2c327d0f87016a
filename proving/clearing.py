"""The proof of clearing, read from the store: for each processor account and currency, at the end of any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ledger.money import Money
from proving.clearing_items import Booked, Cent, Tied
from proving.clearing_load import booked_of, cents_of
from proving.clearing_proof import ClearingProof, lines_of, rows_of
from proving.clearing_ties import tie
from store.database import Connection
from store.queries import clearing as queries
from store.queries import processor

CLEARING = "clearing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provable:
    """A processor's balance in one currency, and the account of the books that mirrors it; None where none is chosen."""

    connection_id: UUID
    currency: str
    account: str | None


def accounts_to_prove(read: Connection, organisation_id: UUID, entity_id: UUID) -> list[Provable]:
    """Every processor of the entity in every currency in which its balance ever moved."""
    places = queries.places_of(read, organisation_id, entity_id)
    return [
        Provable(connection_id=row.id, currency=currency, account=_account(places, row.id, currency))
        for row in processor.processors(read, organisation_id, entity_id)
        for currency in processor.currencies(read, organisation_id, row.id)
    ]


def _account(places: list[dict[str, Any]], source: UUID, currency: str) -> str | None:
    """As posting.rules chooses: the one named for this source and currency goes before a general one."""
    fitting = [
        one for one in places
        if one["role"] == CLEARING and one.get("source", "") in ("", str(source))
        and one.get("currency", "") in ("", currency)
    ]  # fmt: skip
    best = max(fitting, key=lambda one: (bool(one.get("source")), bool(one.get("currency"))), default=None)
    return None if best is None else str(best["account"])


def chosen_account(
    read: Connection, organisation_id: UUID, entity_id: UUID, connection_id: UUID, currency: str
) -> str | None:
    """The clearing account of a balance, where one is chosen that is kept in its currency."""
    books = processor.books_connection(read, organisation_id, entity_id)
    account = _account(queries.places_of(read, organisation_id, entity_id), connection_id, currency)
    if books is None or account is None or not _holds(read, organisation_id, books, account, currency):
        return None
    return account


def _holds(read: Connection, organisation_id: UUID, books: UUID, account: str, currency: str) -> bool:
    """Whether the chosen account is kept in the currency: a general choice is no mirror of a balance in another one."""
    row = queries.account_of(read, organisation_id, books, account)
    return row is not None and (row.currency or queries.home_of(read, organisation_id, books)) == currency


def proofs(
    read: Connection, organisation_id: UUID, entity_id: UUID, through: date, *, since: date | None = None
) -> list[ClearingProof]:
    """Of all accounts of an entity. since: the first day of the period whose movements are summed up."""
    return [
        proof(read, organisation_id, entity_id, one.connection_id, one.currency, through, since=since)
        for one in accounts_to_prove(read, organisation_id, entity_id)
    ]


def proof(
    read: Connection, organisation_id: UUID, entity_id: UUID, connection_id: UUID, currency: str, through: date,
    *, since: date | None = None,
) -> ClearingProof:  # fmt: skip
    books = processor.books_connection(read, organisation_id, entity_id)
    account = chosen_account(read, organisation_id, entity_id, connection_id, currency)
    cents = cents_of(read, organisation_id, entity_id, connection_id, currency, books)
    named = None if books is None or account is None else queries.account_of(read, organisation_id, books, account)
    records: list[Booked] = []
    if books is not None and account is not None:
        records = booked_of(read, organisation_id, books, account, currency, connection_id)
    return _proved(
        tie(cents, records), cents, records,
        ClearingProof(
            connection_id=connection_id, currency=currency, through=through, account=account if books else None,
            account_name="" if named is None else named.name, books=Money(0, currency), stripe=Money(0, currency),
            rows=(), opening=Money(0, currency), lines=(), since=since,
        ),
    )  # fmt: skip


def _proved(tied: Tied, cents: list[Cent], records: list[Booked], frame: ClearingProof) -> ClearingProof:
    currency, through = frame.currency, frame.through
    before = [] if frame.since is None else [one for one in cents if one.on < frame.since]
    return ClearingProof(
        connection_id=frame.connection_id,
        currency=currency,
        through=through,
        account=frame.account,
        account_name=frame.account_name,
        books=Money(sum(one.amount.minor for one in records if one.on <= through), currency),
        stripe=Money(sum(one.amount.minor for one in cents if one.on <= through), currency),
        rows=tuple(rows_of(tied, currency, through)),
        opening=Money(sum(one.amount.minor for one in before), currency),
        lines=lines_of(cents, currency, frame.since, through),
        since=frame.since,
    )
