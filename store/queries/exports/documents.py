"""Customers, invoices, credit notes, payments and allocations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ledger.allocation import effective_day
from store.queries.exports.journals import Applied, applied
from store.queries.exports.parts import Reader, Row, amount, day, head, number, stamp
from store.tables.matching import mirrors
from store.tables.tenancy import entities


def customers(reader: Reader) -> Iterator[Row]:
    for row in reader.rows("customers"):
        yield {
            **head(row),
            "name": row.name,
            "email": row.email,
            "currency": row.currency,
            "parent_external_id": row.parent_external_id,
            "status": row.status,
        }


def invoices(reader: Reader) -> Iterator[Row]:
    """receivable_id: the primary document's id; a mirror carries its primary's, and `primary` no."""
    primary_of = linked(reader)
    named = select(entities.c.id, entities.c.name).where(entities.c.organisation_id == reader.organisation_id)
    names = {row.id: row.name for row in reader.connection.execute(named)}
    for row in reader.rows("invoices"):
        primary = primary_of.get(row.id)
        yield {
            **head(row),
            "number": row.number,
            "customer_external_id": reader.customer(row),
            "issued_on": day(row.issued_on),
            "due_on": day(row.due_on),
            "currency": row.currency,
            "total": amount(row.total_minor, row.currency),
            "tax_total": amount(row.tax_total_minor, row.currency),
            "open_amount": amount(row.open_amount_minor, row.currency),
            "status": row.status,
            "reference": row.reference,
            "po_number": row.po_number,
            "exchange_rate": number(row.exchange_rate),
            "home_total": amount(row.home_total_minor, row.home_currency),
            "entity": names.get(row.entity_id),
            "receivable_id": str(primary or row.id),
            "primary": "no" if primary else "yes",
        }


def linked(reader: Reader) -> dict[UUID, UUID]:
    """Mirror document -> primary document."""
    query = select(mirrors.c.mirror_id, mirrors.c.primary_id).where(
        mirrors.c.organisation_id == reader.organisation_id, mirrors.c.state == "linked"
    )
    return {row.mirror_id: row.primary_id for row in reader.connection.execute(query)}


def credit_notes(reader: Reader) -> Iterator[Row]:
    for row in reader.rows("credit_notes"):
        yield {
            **head(row),
            "number": row.number,
            "customer_external_id": reader.customer(row),
            "issued_on": day(row.issued_on),
            "currency": row.currency,
            "total": amount(row.total_minor, row.currency),
            "open_amount": amount(row.open_amount_minor, row.currency),
            "status": row.status,
        }


def payments(reader: Reader) -> Iterator[Row]:
    for row in reader.rows("payments"):
        yield {
            **head(row),
            "customer_external_id": reader.customer(row),
            "paid_on": day(row.paid_on),
            "currency": row.currency,
            "amount": amount(row.amount_minor, row.currency),
            "unapplied_amount": amount(row.unapplied_minor, row.currency),
            "method": row.method,
            "reference": row.reference,
            "status": row.status,
            "kind": row.kind,
            "deposit_account": row.deposit_account,
            "exchange_rate": number(row.exchange_rate),
            "bank_amount": amount(row.bank_amount_minor, row.bank_currency),
            "bank_currency": row.bank_currency,
            "reconciled": row.reconciled,
        }


def target_dates(reader: Reader) -> dict[tuple[UUID, str, str], date | None]:
    """(connection, target kind, external id) -> the target's own date, for derived allocation dates."""
    found: dict[tuple[UUID, str, str], date | None] = {}
    for row in reader.rows("invoices", live=False):
        found[(row.connection_id, "invoice", row.external_id)] = row.issued_on
    for row in reader.rows("journal_lines", live=False):
        found[(row.connection_id, "journal", row.external_id)] = row.posted_on
    for row in reader.rows("payments", live=False):
        found[(row.connection_id, "refund", row.external_id)] = row.paid_on
    return found


def source_dates(reader: Reader) -> dict[tuple[UUID, str, str], date | None]:
    """(connection, source kind, external id) -> the source's own date: a credit applied before it was issued counts then."""
    found: dict[tuple[UUID, str, str], date | None] = {}
    for row in reader.rows("credit_notes", live=False):
        found[(row.connection_id, "credit_note", row.external_id)] = row.issued_on
    for row in reader.rows("journal_lines", live=False):
        found[(row.connection_id, "journal", row.external_id)] = row.posted_on
    return found


def zones(reader: Reader) -> dict[UUID, ZoneInfo]:
    """The zone of each entity's books."""
    named = select(entities.c.id, entities.c.time_zone).where(entities.c.organisation_id == reader.organisation_id)
    return {row.id: ZoneInfo(row.time_zone) for row in reader.connection.execute(named)}


def effective_on(
    one: Applied, targets: dict[tuple[UUID, str, str], date | None], sources: dict[tuple[UUID, str, str], date | None]
) -> date | None:
    """When an allocation counts."""
    row = one.row
    return effective_day(
        row.basis,
        row.applied_on,
        targets.get((row.connection_id, row.target_kind, one.target)),
        sources.get((row.connection_id, row.source_kind, one.source)),
    )


def allocations(reader: Reader) -> Iterator[Row]:
    """One row each; one that goes to several lines of a journal is a row for each of them."""
    targets, sources = target_dates(reader), source_dates(reader)
    taken = {(row.connection_id, row.external_id): row.latest_charge for row in reader.rows("payment_intents")}
    for one in applied(reader):
        row = one.row
        yield {
            **_own_head(one),
            "source_kind": row.source_kind,
            # a processor names its intent; the cash is the charge, and that is what a receipt is called by
            "source_external_id": taken.get((row.connection_id, one.source)) or one.source,
            "target_kind": row.target_kind,
            "target_external_id": one.target,
            "amount": amount(one.minor, row.currency),
            "currency": row.currency,
            "source_amount": amount(one.source_minor, row.source_currency),
            "source_currency": row.source_currency,
            "applied_on": day(effective_on(one, targets, sources)),
            "applied_on_basis": row.basis,
            "recorded_at": stamp(row.recorded_at),
            "reversed_on": day(row.reversed_on),
        }


def _own_head(one: Applied) -> Row:
    """Every part has an id of its own."""
    found = head(one.row)
    if one.part > 1:
        found["id"] = str(uuid5(one.row.id, str(one.part)))
        found["external_id"] = f"{one.row.external_id}/{one.part}"
    return found
