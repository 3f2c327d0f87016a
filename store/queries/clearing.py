"""What moved on a clearing account of the books, and what each record of it is known to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, or_, select

from ledger.money import Money, convert
from store.tables.matching import matches, receipts, sightings
from store.tables.posting import entries, posting_rules, postings
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections, entities

_payments = NOUN_NAMED["payments"].table
_bank = NOUN_NAMED["bank_entries"].table
_accounts = NOUN_NAMED["accounts"].table
Key = tuple[str, str]
"""Kind and external id of a record of the books."""
Days = tuple[date, date]
"""The first and the last."""
KeptIn = tuple[str, str]
"""The account's currency and the entity's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One record on the account; minor is signed from the account's side, in the account's currency.

    record: what it is a part of (a line of a journal), or it itself.

    doubtful: it is in another currency than the account, and the books do not say what moved there.
    """

    key: Key
    record: Key
    kind: str
    on: date
    minor: int
    texts: tuple[str, ...]
    customer: str | None
    other_account: str | None = None
    converted: bool = False
    doubtful: bool = False


def places_of(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[dict[str, Any]]:
    """The accounts that the newest rules name: role, account, source, currency."""
    query = (
        select(posting_rules.c.rules)
        .where(posting_rules.c.organisation_id == organisation_id, posting_rules.c.entity_id == entity_id)
        .order_by(posting_rules.c.version.desc())
        .limit(1)
    )
    rules = connection.execute(query).scalar_one_or_none()
    return [] if rules is None else list(rules.get("places", ()))


def account_of(connection: Connection, organisation_id: UUID, books: UUID, external_id: str) -> Row[Any] | None:
    query = select(_accounts).where(
        _accounts.c.organisation_id == organisation_id, _accounts.c.connection_id == books,
        _accounts.c.external_id == external_id, _accounts.c.gone_at.is_(None),
    )  # fmt: skip
    return connection.execute(query).one_or_none()


def home_of(connection: Connection, organisation_id: UUID, books: UUID) -> str:
    """The home currency of the entity whose books these are."""
    whose = and_(
        connections.c.organisation_id == entities.c.organisation_id, connections.c.entity_id == entities.c.id
    )  # fmt: skip
    query = (
        select(entities.c.home_currency)
        .join_from(entities, connections, whose)
        .where(connections.c.organisation_id == organisation_id, connections.c.id == books)
    )
    home: str = connection.execute(query).scalar_one()
    return home


def moved_on(
    connection: Connection, organisation_id: UUID, books: UUID, account: str, currency: str,
    *, since: date = date.min, through: date = date.max,
) -> list[Moved]:  # fmt: skip
    """Everything that stands on the account in these days, what a deposit gathers only once."""
    days, kept_in = (since, through), (currency, home_of(connection, organisation_id, books))
    found = [
        *_paid(connection, organisation_id, books, account, kept_in, days),
        *_banked(connection, organisation_id, books, account, kept_in, days),
    ]
    return sorted(found, key=lambda one: (one.on, one.key))


def _paid(
    connection: Connection, organisation_id: UUID, books: UUID, account: str, kept_in: KeptIn, days: Days
) -> Iterator[Moved]:
    gathered = select(_bank.c.external_id, _bank.c.groups).where(
        _whose(_bank, organisation_id, books), _bank.c.account == account, _bank.c.status == "open"
    )
    inside = {own for row in connection.execute(gathered) for own in row.groups}
    ours = _ours_on(account)
    query = (
        select(_payments)
        .where(_whose(_payments, organisation_id, books), _payments.c.status == "open", _payments.c.amount_minor != 0)
        .where(
            or_(_payments.c.deposit_account == account, and_(_payments.c.deposit_account.is_(None), ours)),
            _payments.c.paid_on.between(*days),
        )
    )
    for row in connection.execute(query):
        if row.external_id in inside:
            continue
        minor, converted, doubtful = _in_currency(row, *kept_in)
        texts = (row.reference, row.memo, *row.hints)
        yield Moved(
            key=(row.record_kind, row.external_id), record=(row.record_kind, row.record_id), kind=row.kind, on=row.paid_on, customer=row.customer_external_id,
            minor=-minor if row.kind == "refund" else minor, texts=tuple(one for one in texts if one),
            converted=converted, doubtful=doubtful,
        )  # fmt: skip


def _ours_on(account: str) -> Any:
    """Xero's over- and prepayments name no account; of those that we wrote we know it."""
    own = select(entries.c.external_id).where(
        entries.c.organisation_id == _payments.c.organisation_id, entries.c.connection_id == _payments.c.connection_id,
        entries.c.external_id == _payments.c.external_id, entries.c.account_external_id == account,
        entries.c.state == "posted",
    )  # fmt: skip
    return own.exists()


def _banked(
    connection: Connection, organisation_id: UUID, books: UUID, account: str, kept_in: KeptIn, days: Days
) -> Iterator[Moved]:
    query = select(_bank).where(
        _whose(_bank, organisation_id, books), _bank.c.status == "open", _bank.c.moved_on.between(*days),
        or_(_bank.c.account == account, _bank.c.other_account == account),
    )  # fmt: skip
    for row in connection.execute(query):
        minor, converted, doubtful = _in_currency(row, *kept_in)
        texts = tuple(one for one in (row.reference, row.memo, *row.hints) if one)
        for own, other, sign in ((row.account, row.other_account, 1), (row.other_account, row.account, -1)):
            if own == account:
                yield Moved(
                    key=(row.record_kind, row.external_id), record=(row.record_kind, row.record_id), kind=row.kind, on=row.moved_on, minor=sign * minor,
                    texts=texts, customer=row.customer_external_id, other_account=other, converted=converted,
                    doubtful=doubtful,
                )  # fmt: skip


def _in_currency(row: Any, currency: str, home: str) -> tuple[int, bool, bool]:
    """What moved on an account in this currency; whether it was converted; whether nobody says."""
    if row.currency == currency:
        return int(row.amount_minor), False, False
    if getattr(row, "bank_currency", None) == currency and row.bank_amount_minor is not None:
        return int(row.bank_amount_minor), True, False
    if row.home_currency == currency and row.home_amount_minor is not None:
        return int(row.home_amount_minor), True, False
    if currency == home and row.exchange_rate is not None:
        return convert(Money(row.amount_minor, row.currency), row.exchange_rate, home).minor, True, False
    return int(row.amount_minor), True, True


def _whose(table: Any, organisation_id: UUID, books: UUID) -> Any:
    return and_(
        table.c.organisation_id == organisation_id, table.c.connection_id == books, table.c.gone_at.is_(None)
    )  # fmt: skip


def written_by_us(connection: Connection, organisation_id: UUID, books: UUID, account: str) -> list[Row[Any]]:
    """Our entries that stand on the account, each with its posting and the receipt whose match it is."""
    query = (
        select(
            entries.c.record_kind, entries.c.external_id, entries.c.standing, entries.c.amount_minor, entries.c.currency,
            entries.c.kind, entries.c.body, postings.c.id.label("posting_id"), postings.c.state, postings.c.cause_kind,
            postings.c.receipt_id, postings.c.match_id,
        )
        .join_from(
            entries,
            postings,
            and_(postings.c.organisation_id == entries.c.organisation_id, postings.c.id == entries.c.posting_id),
        )
        .where(entries.c.organisation_id == organisation_id, entries.c.connection_id == books)
        .where(entries.c.state.in_(("posted", "ending")), entries.c.external_id.is_not(None))
    )  # fmt: skip
    return list(connection.execute(query))


def matched_charges(connection: Connection, organisation_id: UUID, source: UUID) -> dict[UUID, str]:
    """By receipt, the charge that it is."""
    query = select(receipts.c.id, receipts.c.external_id).where(
        receipts.c.organisation_id == organisation_id, receipts.c.connection_id == source
    )
    return {row.id: row.external_id for row in connection.execute(query)}


def match_postings(connection: Connection, organisation_id: UUID, entity_id: UUID) -> dict[UUID, Row[Any]]:
    """By receipt, the standing posting of its match: how far it is."""
    query = (
        select(postings)
        .join_from(
            postings,
            matches,
            and_(matches.c.organisation_id == postings.c.organisation_id, matches.c.id == postings.c.match_id),
        )
        .where(postings.c.organisation_id == organisation_id, postings.c.entity_id == entity_id)
        .where(postings.c.cause_kind == "match", postings.c.state.not_in(("withdrawn", "undone")))
    )
    return {row.receipt_id: row for row in connection.execute(query)}


def seen_records(connection: Connection, organisation_id: UUID, books: UUID) -> list[Row[Any]]:
    """The ledger's records that are known to be the cash of a receipt: of a charge, or of a payout on the bank's line."""
    query = (
        select(
            sightings.c.record_kind, sightings.c.external_id, receipts.c.id.label("receipt_id"), receipts.c.connection_id,
            receipts.c.external_id.label("receipt_external_id"), receipts.c.payout_external_id, receipts.c.status,
        )
        .join_from(
            sightings,
            receipts,
            and_(receipts.c.organisation_id == sightings.c.organisation_id, receipts.c.id == sightings.c.receipt_id),
        )
        .where(sightings.c.organisation_id == organisation_id, sightings.c.connection_id == books)
        .where(sightings.c.kind == "ledger")
    )  # fmt: skip
    return list(connection.execute(query))
