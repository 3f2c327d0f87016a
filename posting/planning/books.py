"""The books that are written to: their accounts, locks and rules. Loaded once a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from posting.rules import Place, PostingRules, Role
from store.database import Connection
from store.queries import planning as queries

_UNDATED = frozenset({"quickbooks"})  # what is applied later is an update of the payment


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAccount:
    """An account of the books' chart. payable: the books let payments be made into it."""

    external_id: str
    name: str
    kind: str
    currency: str
    active: bool
    payable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """role: books, or processor where an entity has no ledger. locks: what closes the past, each with who set it.

    undated: an application has no day of its own there; it is of the day of the payment that it is made from.
    """

    organisation_id: UUID
    entity_id: UUID
    connection_id: UUID
    name: str
    role: str
    home: str
    today: date
    rules: PostingRules
    accounts: Mapping[str, LedgerAccount]
    locks: Mapping[str, date]
    receivable: str | None = None
    country: str | None = None
    zone: str = "UTC"
    undated: bool = False
    roles: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def is_ledger(self) -> bool:
        return self.role == "books"

    @property
    def locked_through(self) -> date | None:
        """The latest of all locks: nothing may be dated on or before it."""
        return max(self.locks.values(), default=None)

    def open_day(self, wanted: date) -> date:
        """The first day from the wanted one on that no lock closes."""
        locked = self.locked_through
        return wanted if locked is None or wanted > locked else locked + timedelta(days=1)

    def place_of(self, role: Role, source: UUID | str = "", currency: str = "") -> Place | None:
        return self.rules.place(role, str(source), currency)

    def account_of(self, place: Place) -> LedgerAccount | None:
        return self.accounts.get(place.account)


def books_of(
    connection: Connection, organisation_id: UUID, connection_id: UUID, rules: PostingRules, *, now: datetime
) -> Books:
    """Raises NotFound. `now` gives the entity's day."""
    row = queries.books_row(connection, organisation_id, connection_id)
    accounts = {
        one.external_id: LedgerAccount(
            external_id=one.external_id,
            name=one.name,
            kind=one.kind,
            currency=one.currency or row.home_currency,
            active=one.status == "active",
            payable=one.payments_enabled or one.kind == "bank",
        )
        for one in queries.accounts_of(connection, organisation_id, connection_id)
    }
    receivable = [own for own, one in accounts.items() if one.kind == "receivable" and one.active]
    return Books(
        organisation_id=organisation_id,
        entity_id=row.entity_id,
        connection_id=connection_id,
        name=row.company_name,
        role=row.role,
        home=row.home_currency,
        today=now.astimezone(ZoneInfo(row.time_zone)).date(),
        rules=rules,
        accounts=accounts,
        locks=locks_of(connection, organisation_id, connection_id),
        country=row.country,
        zone=row.time_zone,
        undated=row.provider in _UNDATED,
        roles=queries.roles_of(connection, organisation_id, row.entity_id),
        receivable=receivable[0] if len(receivable) == 1 else None,
    )


def locks_of(connection: Connection, organisation_id: UUID, connection_id: UUID) -> dict[str, date]:
    """Through which day the past is closed, by who closed it: ourselves, and the ledger as it was last read."""
    row = queries.books_row(connection, organisation_id, connection_id)
    known = {
        "Tieout": row.lock_date,
        row.company_name: queries.company_lock(connection, organisation_id, connection_id),
    }
    return {who: day for who, day in known.items() if day is not None}
