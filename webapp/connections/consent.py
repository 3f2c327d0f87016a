"""`/connect/PROVIDER`: out to the provider's consent, back, the company shown and chosen, then the first import."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, Final
from uuid import UUID
from zoneinfo import available_timezones

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from connectors.tokens import Granted, TokenSet
from ledger.company import Company
from ledger.faults import BadInput, NotFound
from ledger.source import connection_id
from store import tenancy
from store.database import Connection
from sync.connect import Connected, Connecting
from webapp import headers, toasts
from webapp.auth.rights import Right, needs
from webapp.connections.pages import ask_for_sync
from webapp.context import app, database, now, organisation_id, person
from webapp.shown import PROVIDERS

blueprint = Blueprint("consent", __name__, url_prefix="/connect")
BOUND: Final = "consent_session"  # in the signed cookie: what ties a consent to this browser
PENDING: Final = "consent_state"
NEW: Final = "new"
ANY_PROVIDER: Final = "any(quickbooks, xero, stripe)"
# As Stripe's page for restricted keys names them; each is read only.
STRIPE_PERMISSIONS: Final = (
    ("Customers", "customer_read"), ("Invoices and credit notes", "invoice_read"), ("Charges", "charge_read"),
    ("Payment intents", "payment_intent_read"), ("Payment records", "payment_records_read"),
    ("Disputes", "dispute_read"), ("Payouts", "payout_read"), ("Balance", "balance_read"),
    ("Balance transaction sources", "balance_transaction_source_read"), ("Events", "event_read"),
)  # fmt: skip


@blueprint.get(f"/<{ANY_PROVIDER}:provider>")
@needs(Right.CONNECT)
def start(provider: str) -> str:
    headers.leads_to_providers()
    problem = None
    try:
        app().consent(provider)
    except BadInput as fault:
        problem = str(fault)
    return render_template(
        "connections/start.html", provider=provider, name=PROVIDERS[provider], problem=problem,
        permissions=STRIPE_PERMISSIONS, entities_open=_joinable(provider),
    )  # fmt: skip


@blueprint.post(f"/<{ANY_PROVIDER}:provider>")
@needs(Right.CONNECT)
def leave(provider: str) -> Response:
    """Off to the provider's page."""
    address = _connecting().begin(
        app().consent(provider, writing=request.form.get("writing") == "yes"),
        session=_bound(),
        redirect_uri=_callback_address(provider),
        entity_id=None,
        since=_date(request.form.get("since", "")),
        now=now(),
    )
    return redirect(address, code=303)


@blueprint.get(f"/<{ANY_PROVIDER}:provider>/callback")
@needs(Right.CONNECT)
def callback(provider: str) -> Response:
    """The way back. Works once; what was granted waits, sealed, for a company to be chosen."""
    state, _companies = _connecting().returned(
        app().consent(provider), session=_bound(), callback=request.args.to_dict(), now=now()
    )
    session[PENDING] = state
    return redirect(url_for("consent.choose"), code=303)


@blueprint.get("/company")
@needs(Right.CONNECT)
def choose() -> str:
    """Which company it is, shown before anything is saved."""
    provider, granted, _purpose = _connecting().pending(session=_bound(), state=_pending(), now=now())
    companies = _described(provider, granted)
    with database().read() as connection:
        standing = {
            company.external_id: tenancy.find_connection_row(
                connection, organisation_id(), connection_id(provider, company.external_id)
            )
            for company in companies
        }
    return render_template(
        "connections/choose.html", provider=provider, name=PROVIDERS[provider], companies=companies,
        standing=standing, taken={row.entity_id for row in standing.values() if row is not None},
        entities_open=_joinable(provider), zones=sorted(available_timezones()),
        needs_zone=any(company.time_zone is None for company in companies),
    )  # fmt: skip


def _described(provider: str, granted: Granted) -> list[Company]:
    """The companies by name. A consent for one company names it by its id alone: one call asks who it is."""
    return [
        app().describe(provider, granted.tokens, company.external_id)
        if company.name == company.external_id
        else company
        for company in granted.companies
    ]


@blueprint.post("/company")
@needs(Right.CONNECT)
def save() -> Response:
    connecting, state = _connecting(), _pending()
    provider, granted, _purpose = connecting.pending(session=_bound(), state=state, now=now())
    chosen = request.form.get("company", "")
    if chosen not in {company.external_id for company in granted.companies}:
        raise BadInput("No company is chosen; pick the one to connect.")
    zone = request.form.get("time_zone") or None
    if zone is not None and zone not in available_timezones():
        raise BadInput(f"{zone!r} is no time zone; choose one from the list, like Europe/London.")
    connected = connecting.choose(
        session=_bound(), state=state, company_id=chosen, actor=person().actor, now=now(), time_zone=zone,
        entity_id=_entity(provider, granted.tokens, chosen),
    )  # fmt: skip
    session.pop(PENDING, None)
    return _welcome(provider, connected)


@blueprint.post("/stripe/key")
@needs(Right.CONNECT)
def by_key() -> Response:
    """A restricted key that the owner made and pasted. One call proves it and names the account."""
    key = request.form.get("key", "").strip()
    if not key.startswith(("rk_", "sk_")) or len(key) > 300:
        raise BadInput("That is no Stripe key; a restricted one begins with rk_live_ or rk_test_.")
    tokens = TokenSet(access_token=key, webhook_secret=request.form.get("webhook_secret", "").strip() or None)
    company = app().describe("stripe", tokens, "")
    connected = _connecting().save(
        "stripe", company, tokens, entity_id=_chosen_entity(company, "stripe"),
        since=_date(request.form.get("since", "")), actor=person().actor, now=now(),
    )  # fmt: skip
    return _welcome("stripe", connected)


def _welcome(provider: str, connected: Connected) -> Response:
    made = " A new entity was made for it." if connected.new_entity else ""
    toasts.done(f"{connected.company.name} is connected ({PROVIDERS[provider]}).{made}")
    ask_for_sync(connected.connection_id)
    return redirect(url_for("connections.page"), code=303)


def _connecting() -> Connecting:
    return app().connecting(organisation_id())


def _bound() -> str:
    """A random text that only this browser's session knows."""
    if BOUND not in session:
        session[BOUND] = secrets.token_urlsafe(32)
    found: str = session[BOUND]
    return found


def _pending() -> str:
    state = session.get(PENDING)
    if not isinstance(state, str):
        raise NotFound("There is no consent waiting for a company; start to connect again.")
    return state


def _callback_address(provider: str) -> str:
    return app().settings.base_url.rstrip("/") + url_for("consent.callback", provider=provider)


def _joinable(provider: str) -> list[Any]:
    """Entities that can take a connection of this provider: each has at most one ledger."""
    with database().read() as connection:
        rows = tenancy.list_entities(connection, organisation_id())
        return [row for row in rows if tenancy.can_join(connection, organisation_id(), row.id, provider)]


def _entity(provider: str, tokens: TokenSet, company_id: str) -> UUID | None:
    if request.form.get("entity") == NEW and _joinable(provider):
        return _chosen_entity(app().describe(provider, tokens, company_id), provider)
    return _chosen_entity(None, provider)


def _chosen_entity(company: Company | None, provider: str) -> UUID | None:
    """The entity to join; None leaves it to what stands (a reconnect stays where it was). `company`: for a new one."""
    given = request.form.get("entity", "")
    if company is not None:
        with database().read() as connection:
            own = connection_id(provider, company.external_id)
            if tenancy.find_connection_row(connection, organisation_id(), own) is not None:
                return None
    if given and given != NEW:
        with database().read() as connection:
            return _found(connection, given)
    if given == NEW and company is not None and _joinable(provider):
        with database().write() as connection:
            return tenancy.add_entity(connection, organisation_id(), company, actor=person().actor, now=now())
    return None


def _found(connection: Connection, given: str) -> UUID:
    found: UUID = tenancy.find_entity(connection, organisation_id(), given).id
    return found


def _date(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"{text!r} is no date; write it like 2026-01-01.") from None
