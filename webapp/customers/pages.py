"""Customers: who owes, and what is open with one of them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.faults import BadInput, NotFound
from ledger.money import Money
from reconcile.books.forget import forget, known, remember
from store.queries.screens import customers, invoices
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import database, now, organisation_id, person
from webapp.paging import Paging
from webapp.shown import today

blueprint = Blueprint("customers", __name__, url_prefix="/customers")
SEARCH_CHARACTERS_MAX = 200
INVOICES_MAX = 500
RECEIPTS_MAX = 50


@blueprint.get("/")
@needs(Right.READ)
def listed() -> str:
    text = request.args.get("q", "").strip()[:SEARCH_CHARACTERS_MAX]
    with database().read() as connection:
        paging = Paging.of(request.args.get("page"), customers.count(connection, organisation_id(), text))
        rows = customers.page(connection, organisation_id(), text, limit=paging.size, offset=paging.offset)
        owed: dict[tuple[UUID, str], list[Money]] = defaultdict(list)
        for item in customers.owed_by(connection, organisation_id(), rows):
            owed[item.connection_id, item.customer_external_id].append(Money(int(item.open_minor), item.currency))
    shown = [(row, owed.get((row.connection_id, row.external_id), [])) for row in rows]
    return render_template("customers/list.html", rows=shown, paging=paging, text=text)


@blueprint.get("/<uuid:customer_id>")
@needs(Right.READ)
def page(customer_id: UUID) -> str:
    with database().read() as connection:
        row = customers.find(connection, organisation_id(), customer_id)
        if row is None:
            raise NotFound("This customer does not exist here.")
        wanted = invoices.Wanted(organisation_id=organisation_id(), today=today(), customer_id=customer_id)
        content: dict[str, Any] = {
            "invoices": _priced(invoices.page(connection, wanted, limit=INVOICES_MAX, offset=0), "open_amount_minor"),
            "totals": invoices.totals(connection, wanted),
            "payments": _priced(customers.unapplied_payments(connection, row), "unapplied_minor"),
            "credits": _priced(customers.open_credits(connection, row), "open_amount_minor"),
            "known": known(connection, organisation_id(), row),
            "receipts": _priced(customers.receipts_of(connection, row, RECEIPTS_MAX), "amount_minor"),
        }
    return render_template(
        "customers/page.html",
        **content,
        balances=_balances(content),
        invoices_all=sum(one.invoices for one in content["totals"]),
        customer=row,
        today=today(),
    )


@blueprint.post("/<uuid:customer_id>/forget")
@needs(Right.DECIDE)
def forget_sign(customer_id: UUID) -> Response:
    """What was learnt of a payer's name, account or e-mail counts no more."""
    kind, value = request.form.get("kind", ""), request.form.get("value", "")
    back = url_for("customers.page", customer_id=customer_id)
    try:
        act_id = forget(database(), organisation_id(), customer_id, kind, value, actor=person().actor, now=now())
    except (BadInput, NotFound) as fault:
        toasts.failed(str(fault))
    else:
        undo = url_for("customers.remember_sign", customer_id=customer_id, act_id=act_id)
        toasts.done("Forgotten; the next look matches without it.", undo=undo, back=back)
    return redirect(back, code=303)


@blueprint.post("/<uuid:customer_id>/forgotten/<uuid:act_id>/remember")
@needs(Right.DECIDE)
def remember_sign(customer_id: UUID, act_id: UUID) -> Response:
    try:
        remember(database(), organisation_id(), act_id, actor=person().actor, now=now())
    except NotFound as fault:
        toasts.failed(str(fault))
    else:
        toasts.done("Remembered again.")
    return redirect(url_for("customers.page", customer_id=customer_id), code=303)


def _priced(rows: list[Any], column: str) -> list[tuple[Any, Money]]:
    return [(row, Money(row._mapping[column], row.currency)) for row in rows]


def _balances(content: dict[str, Any]) -> list[dict[str, Money]]:
    """By currency: what is owed, what lies unapplied, and the remainder."""
    owed: dict[str, int] = defaultdict(int)
    credit: dict[str, int] = defaultdict(int)
    for total in content["totals"]:  # of all of them: the list below may be cut
        owed[total.currency] += int(total.open_minor)
    for name in ("payments", "credits"):
        for _, amount in content[name]:
            credit[amount.currency] += amount.minor
    return [
        {
            "owed": Money(owed[code], code),
            "credit": Money(credit[code], code),
            "rest": Money(owed[code] - credit[code], code),
        }
        for code in sorted({*owed, *credit})
    ]
