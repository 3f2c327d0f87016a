"""A receipt's own page: the pair, where else it was seen, its payout, and all that happened to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from ledger.money import Money
from store.database import Connection
from store.matches import matches_of
from store.queries.documents import find_receipt
from store.queries.screens import queue, receipt
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id, person
from webapp.queue.view import answers_of

blueprint = Blueprint("receipts", __name__)
ACTS_MAX = 200
STATES_MAX = 200
SETTLED_ELSEWHERE = frozenset({"already_recorded", "not_a_payment"})


@blueprint.get("/receipts/<uuid:receipt_id>")
@needs(Right.READ)
def page(receipt_id: UUID) -> str:
    with database().read() as connection:
        row = find_receipt(connection, organisation_id(), receipt_id)
        content = _content(connection, row)
    return render_template("receipts/page.html", **content)


def _content(connection: Connection, row: Any) -> dict[str, Any]:
    whose = organisation_id()
    proposed = queue.proposals(connection, whose, [row.id])
    decided = queue.decided(connection, whose, [row.id])
    answers = answers_of(connection, whose, {row.id: row}, decided or proposed).get(row.id, [])
    ids = [str(row.id), *(str(match.id) for match in matches_of(connection, whose, row.id))]
    payout = receipt.payout_of(connection, row)
    return {
        "receipt": row,
        "amount": Money(row.amount_minor, row.currency),
        "open": Money(row.open_minor, row.currency),
        "unapplied": Money(row.unapplied_minor, row.currency),
        "settled_elsewhere": row.status in SETTLED_ELSEWHERE,
        "fee": _money(row.fee_minor, row.fee_currency),
        "settled": _money(row.settled_minor, row.settled_currency),
        "place": receipt.place_of(connection, whose, row.id),
        "answers": answers,
        "by_me": bool(answers) and answers[0].decided_by == person().actor,
        "is_decided": bool(decided),
        "sightings": [
            (seen, Money(seen.amount_minor, seen.currency)) for seen in receipt.sightings_of(connection, whose, row.id)
        ],
        "payout": payout,
        "payout_amount": None if payout is None else Money(payout.amount_minor, payout.currency),
        "states": receipt.states_of(connection, whose, row.id)[:STATES_MAX],
        "acts": receipt.acts_on(connection, whose, ids, ACTS_MAX),
    }


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(minor, currency)
