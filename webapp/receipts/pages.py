"""A receipt's own page: the pair, where else it was seen, its payout, and all that happened to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from ledger.money import Money
from reconcile.books.payout_lines import SOURCE
from reconcile.books.payout_parts import parts_of
from store.database import Connection
from store.matches import matches_of
from store.queries import payouts
from store.queries.documents import find_receipt
from store.queries.screens import queue, receipt
from store.recordings import SUGGESTED, Key, find_record, of_receipt, receipts_by_sighting
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id, person
from webapp.posting.on_receipt import postings_of
from webapp.queue.view import answers_of

blueprint = Blueprint("receipts", __name__)
ACTS_MAX = 200
STATES_MAX = 200
PARTS_MAX = 500
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
    posted = postings_of(connection, row, answers, decided=bool(decided))
    about = [*matches_of(connection, whose, row.id), *(one["row"].posting for one in posted["postings"])]
    acts = {row.id, *(one.id for one in about), *(one.batch_id for one in about)} - {None}
    payout = payouts.payout_of(connection, row)
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
        **_cash(connection, row, payout),
        **posted,
        "states": receipt.states_of(connection, whose, row.id)[:STATES_MAX],
        "acts": receipt.acts_on(connection, whose, sorted(map(str, acts)), ACTS_MAX),
    }


def _cash(connection: Connection, row: Any, payout: Any) -> dict[str, Any]:
    """What of the cash stands elsewhere: the parts of a payout, and records of the books that may be the same."""
    whole = row.source == SOURCE and row.status == "payout"
    parts = parts_of(payout, payouts.parts(connection, payout)) if whole and payout is not None else None
    groups = () if parts is None else parts.groups
    charges = [
        (part.row.connection_id, "charges", part.row.charge_external_id) for group in groups for part in group.parts
    ]
    own = receipts_by_sighting(connection, organisation_id(), [key for key in charges if key[2]])
    return {
        "is_payout": whole and payout is not None,
        "parts": parts,
        "parts_left_out": 0 if parts is None else max(0, parts.count - PARTS_MAX),
        "parts_max": PARTS_MAX,
        "receipt_of": {key[2]: receipt_id for key, receipt_id in own.items()},
        "payout_provider": None if payout is None else payout.provider,
        "maybes": [
            (one, found, Money(found.amount_minor, found.currency))
            for one in of_receipt(connection, organisation_id(), row.id)
            if one.state == SUGGESTED and (found := find_record(connection, organisation_id(), _key(one))) is not None
        ],
        "own_key": _key(row),
    }


def _key(row: Any) -> Key:
    return row.connection_id, row.record_kind, row.external_id


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(minor, currency)
