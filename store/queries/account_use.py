"""What accounts of the books are used for: where payments arrive, and which records name a processor's ids."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, and_, select

from store.tables.pulled import NOUN_NAMED

_payments = NOUN_NAMED["payments"].table
_bank = NOUN_NAMED["bank_entries"].table
_PREFIXES = ("ch_", "py_", "po_", "pi_", "txn_")


def uses_of(connection: Connection, organisation_id: UUID, books: UUID) -> dict[str, Counter[str]]:
    """bank: payments into it that name no processor; stripe: records on it that do. By account, how many."""
    bank, stripe = Counter[str](), Counter[str]()
    query = select(_payments.c.deposit_account, _payments.c.hints, _payments.c.method).where(
        _whose(_payments, organisation_id, books), _payments.c.deposit_account.is_not(None)
    )
    for row in connection.execute(query):
        (stripe if _names(row.hints) or (row.method or "").lower() == "stripe" else bank)[row.deposit_account] += 1
    moved = select(_bank.c.account, _bank.c.other_account, _bank.c.kind, _bank.c.hints).where(
        _whose(_bank, organisation_id, books), _bank.c.account.is_not(None)
    )
    for own in connection.execute(moved):
        if own.kind == "transfer" and _names(own.hints):
            stripe[own.account] += 1
            bank[own.other_account or ""] += 1
    del bank[""]
    return {"bank": bank, "stripe": stripe}


def _names(hints: list[str]) -> bool:
    return any(one.startswith(_PREFIXES) for one in hints)


def _whose(table: Table, organisation_id: UUID, books: UUID) -> ColumnElement[bool]:
    return and_(
        table.c.organisation_id == organisation_id, table.c.connection_id == books, table.c.gone_at.is_(None)
    )  # fmt: skip
