"""Receipts and their matches, and the processor's payouts, fees, refunds and disputes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import and_, select

from store.queries.exports.parts import Reader, Row, amount, day, head, stamp
from store.queries.let_go import refunds_let_go
from store.tables.matching import match_lines, matches, receipts
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections


def _name_of(table: Any, label: str = "customer_name") -> Any:
    """The customer's name as it stands now, by the document's or receipt's own system."""
    customers = NOUN_NAMED["customers"].table
    return (
        select(customers.c.name)
        .where(customers.c.organisation_id == table.c.organisation_id)
        .where(customers.c.connection_id == table.c.connection_id)
        .where(customers.c.external_id == table.c.customer_external_id, customers.c.gone_at.is_(None))
        .limit(1)
        .correlate(table)
        .scalar_subquery()
        .label(label)
    )


def receipts_(reader: Reader) -> Iterator[Row]:
    whose = (connections.c.provider, connections.c.company_id)
    query = reader.of(select(receipts, *whose, _name_of(receipts)), receipts)
    for row in reader.connection.execute(query.order_by(*whose, receipts.c.external_id, receipts.c.record_kind)):
        yield {
            **head(row),
            "received_on": day(row.received_on),
            "currency": row.currency,
            "amount": amount(row.amount_minor, row.currency),
            "fee": amount(row.fee_minor, row.fee_currency),
            "payer_name": row.payer_name,
            "payer_email": row.payer_email,
            "payer_account": row.payer_account,
            "reference": row.reference,
            "method": row.method,
            "source": row.source,
            "payout_external_id": row.payout_external_id,
            "status": row.status,
            "post_status": row.post_status,
            "unapplied_amount": amount(row.unapplied_minor, row.currency),
            "settled_amount": amount(row.settled_minor, row.settled_currency),
            "settled_currency": row.settled_currency,
            "customer_external_id": row.customer_external_id,
            "customer_name": row.customer_name,
        }


def matches_(reader: Reader) -> Iterator[Row]:
    """One row for each line of a match that stands or has stood; withdrawn proposals are history and stay out."""
    invoices, credit_notes = NOUN_NAMED["invoices"].table, NOUN_NAMED["credit_notes"].table
    query = (
        select(
            matches, match_lines.c.applied_minor, match_lines.c.currency, match_lines.c.position,
            invoices.c.external_id.label("invoice"), credit_notes.c.external_id.label("credit"),
            invoices.c.number.label("invoice_number"), credit_notes.c.number.label("credit_number"),
            _name_of(invoices), _name_of(credit_notes, "credit_customer"),
        )
        .join_from(
            matches,
            match_lines,
            and_(match_lines.c.organisation_id == matches.c.organisation_id, match_lines.c.match_id == matches.c.id),
        )
        .outerjoin(
            invoices,
            and_(invoices.c.organisation_id == match_lines.c.organisation_id, invoices.c.id == match_lines.c.document_id),
        )
        .outerjoin(
            credit_notes,
            and_(credit_notes.c.organisation_id == match_lines.c.organisation_id, credit_notes.c.id == match_lines.c.document_id),
        )
        .where(matches.c.organisation_id == reader.organisation_id, matches.c.state != "withdrawn")
        .order_by(matches.c.receipt_id, matches.c.rank, matches.c.id, match_lines.c.position)
    )  # fmt: skip
    if reader.entity_id is not None:
        query = query.where(matches.c.entity_id == reader.entity_id)
    for row in reader.connection.execute(query):
        yield {
            "receipt_id": str(row.receipt_id),
            "invoice_external_id": row.invoice or row.credit,
            "applied_amount": amount(row.applied_minor, row.currency),
            "currency": row.currency,
            "decision": row.decision,
            "confidence": f"{row.confidence:.4f}",
            "reason": row.reason,
            "state": row.state,
            "decided_by": row.decided_by,
            "decided_at": stamp(row.decided_at),
            "customer_name": row.customer_name or row.credit_customer,
            "invoice_number": row.invoice_number or row.credit_number,
            "evidence": row.evidence,
            "policy_version": row.policy_version,
            "seconded_by": row.seconded_by,
        }


def payouts(reader: Reader) -> Iterator[Row]:
    for row in reader.rows("payouts"):
        yield {
            **head(row),
            "currency": row.currency,
            "amount": amount(row.amount_minor, row.currency),
            "arrives_on": day(row.arrives_on),
            "status": row.status,
        }


def fees(reader: Reader) -> Iterator[Row]:
    for row in reader.rows("fees"):
        yield {**head(row), **_moved(row, row.charged_on, row.kind), "source_external_id": row.source_external_id}


def refunds(reader: Reader) -> Iterator[Row]:
    """The processor's; a ledger's refund is a payment of kind refund. What was never captured is no money given back."""
    let_go = refunds_let_go(reader.connection, reader.organisation_id)
    for row in reader.rows("refunds"):
        if (row.connection_id, row.external_id) not in let_go:
            yield {
                **head(row),
                **_moved(row, row.refunded_on, row.status),
                "source_external_id": row.charge_external_id,
            }


def disputes(reader: Reader) -> Iterator[Row]:
    for row in reader.rows("disputes"):
        yield {**head(row), **_moved(row, row.opened_on, row.status), "source_external_id": row.charge_external_id}


def _moved(row: Any, on: date | None, kind: str) -> Row:
    return {
        "currency": row.currency,
        "amount": amount(row.amount_minor, row.currency),
        "on": day(on),
        "kind": kind,
    }
