"""Rows of the store as the proof pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ledger.money import Money
from store import verifications
from store.database import Connection
from store.queries.companies import company_notes
from store.queries.screens import connections, proving
from webapp.proving.words import CAUSES, CHECKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two sides and what is between them."""

    name: str
    ours: Money
    theirs: Money

    @property
    def apart(self) -> Money:
        return self.theirs - self.ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A connection with its last verification, whatever came of it, and the last that was held against the provider."""

    row: Any
    newest: Any | None
    ended: Any | None
    pairs: tuple[Pair, ...]
    differences: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A difference. link: the page of the record here, where there is one. numbers: of a count, that has no currency."""

    row: Any
    check: str
    cause: str
    ours: Money | None
    theirs: Money | None
    numbers: tuple[int | None, int | None] | None
    link: tuple[str, UUID] | None


def standings(connection: Connection, organisation_id: UUID) -> list[Standing]:
    """Every connection that has figures of its own, ledgers first."""
    newest = verifications.newest(connection, organisation_id)
    found = []
    for row in connections.listed(connection, organisation_id):
        if row.role == "statement" or row.state == "disconnected":
            continue
        ended = verifications.last_ended(connection, proving.scope_of(row))
        differences = 0 if ended is None else proving.count_rows(connection, organisation_id, ended.id)
        pairs = () if ended is None else tuple(pairs_of(ended.totals, row.role))
        found.append(
            Standing(
                row=row,
                newest=newest.get(row.id),
                ended=ended,
                pairs=pairs,
                differences=differences,
                notes=tuple(company_notes(connection, proving.scope_of(row))),
            )
        )
    return found


def pairs_of(totals: Mapping[str, Any], role: str) -> list[Pair]:
    """The control account, or what is owed at a processor and its balance, by currency: ours left, theirs right."""
    control = totals.get("control")
    if role == "books" and control and "currency" in control:
        currency = control["currency"]
        return [
            Pair(
                name="Accounts receivable", ours=Money(control["ours_minor"], currency),
                theirs=Money(control["theirs_minor"], currency),
            )
        ]  # fmt: skip
    owed, balances = ((totals.get(check) or {}).get("balances") or {} for check in ("owed", "funds"))
    return [
        Pair(name=name, ours=Money(sides["ours"], currency), theirs=Money(sides["theirs"], currency))
        for name, by_currency in (("Owed", owed), ("Balance", balances))
        for currency, sides in by_currency.items()
    ]


def differences(connection: Connection, verification: Any) -> list[Shown]:
    rows = verifications.rows_of(connection, verification.organisation_id, verification.id)
    links = proving.links(connection, verification.organisation_id, verification.connection_id, rows)
    return [_shown(row, links.get(row.position)) for row in rows]


def _shown(row: Any, link: tuple[str, UUID] | None) -> Shown:
    numbers = None
    if row.currency is None and (row.ours_minor is not None or row.theirs_minor is not None):
        numbers = (row.ours_minor, row.theirs_minor)
    return Shown(
        row=row, check=CHECKS.get(row.check, row.check), cause=CAUSES.get(row.cause, row.cause), numbers=numbers,
        ours=_money(row.ours_minor, row.currency), theirs=_money(row.theirs_minor, row.currency), link=link,
    )  # fmt: skip


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(minor, currency)


def compared(totals: Mapping[str, Any]) -> Sequence[tuple[str, int, int]]:
    """What was compared: words, how much of it, and how much differs."""
    return [(CHECKS.get(key, key), one["compared"], one["differ"]) for key, one in totals.items()]
