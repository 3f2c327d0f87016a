"""Connecting a provider: the consent's way out and back, the company chosen, the tokens sealed.

The state is ours, random, bound to the session and used once; a callback that comes twice does nothing the second time.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from connectors.tokens import Consent, Granted, TokenSet
from ledger.company import Company
from ledger.faults import BadInput, NotFound, Refused
from ledger.source import connection_id
from store import consents, tenancy
from store.audit import Act, record
from store.credentials import Sealer, add_tokens, load_tokens
from store.database import Connection, Database
from sync.tokens import from_secret, to_secret

CONSENT_LIFETIME = timedelta(minutes=15)  # long enough to find the password of the accounting system


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A connection made or taken up again. new_entity: an entity was made for it, and its name should be said."""

    connection_id: UUID
    entity_id: UUID
    company: Company
    new_entity: bool


@dataclass(frozen=True, slots=True)
class Connecting:
    """The service: one organisation, the app's consents by provider."""

    database: Database
    sealer: Sealer
    organisation_id: UUID
    describe: Callable[[str, TokenSet, str], Company]
    """Asks the provider, with one call, who a token's company is."""

    def begin(
        self,
        consent: Consent,
        *,
        session: str,
        redirect_uri: str,
        entity_id: UUID | None,
        since: date | None,
        now: datetime,
    ) -> str:
        """The address to send the person to. `session` is any string that only this person's session knows."""
        state = secrets.token_urlsafe(32)
        purpose = {
            "entity_id": None if entity_id is None else str(entity_id),
            "since": None if since is None else since.isoformat(),
            "redirect_uri": redirect_uri,
        }
        with self.database.write() as connection:
            consents.open_consent(
                connection,
                self.organisation_id,
                state_hash=_hash(state),
                session_hash=_hash(session),
                provider=consent.provider,
                purpose=purpose,
                expires_at=now + CONSENT_LIFETIME,
            )
        return consent.authorise_url(state=state, redirect_uri=redirect_uri)

    def returned(
        self, consent: Consent, *, session: str, callback: Mapping[str, str], now: datetime
    ) -> tuple[str, tuple[Company, ...]]:
        """The callback: gives the key of the pending consent and the companies to choose from.

        Raises Refused where the state is unknown, used, expired or another session's, or where the person said no.
        """
        state = callback.get("state", "")
        with self.database.write() as connection:
            pending = consents.use_consent(connection, self.organisation_id, _hash(state), now)
        if pending is None or pending.provider != consent.provider or pending.session_hash != _hash(session):
            raise Refused(
                "This way back was used already, is too old, or belongs to another session; start to connect again."
            )
        granted = consent.exchange(callback=callback, redirect_uri=pending.purpose["redirect_uri"])
        if not granted.companies:
            raise Refused("The consent reaches no company; choose one on the provider's page and connect again.")
        with self.database.write() as connection:
            consents.keep_grant(
                connection, self.organisation_id, _hash(state), self.sealer.seal(_grant_to_json(granted))
            )
        return state, granted.companies

    def pending(self, *, session: str, state: str, now: datetime) -> tuple[str, Granted, dict[str, Any]]:
        """The consent that waits for its company: provider, what was granted, its purpose."""
        with self.database.read() as connection:
            row = consents.find_grant(connection, self.organisation_id, _hash(state), now)
        if row is None or row.session_hash != _hash(session):
            raise NotFound("There is no consent waiting for a company; start to connect again.")
        return row.provider, _grant_from_json(self.sealer.open(row.granted)), row.purpose

    def choose(
        self,
        *,
        session: str,
        state: str,
        company_id: str,
        actor: str,
        now: datetime,
        entity_id: UUID | None = None,
        time_zone: str | None = None,
    ) -> Connected:
        """Saves the connection to one of the companies of a pending consent. time_zone: where the provider names none."""
        provider, granted, purpose = self.pending(session=session, state=state, now=now)
        if company_id not in {item.external_id for item in granted.companies}:
            raise BadInput("That company is not one that the consent reaches; choose one of those listed.")
        company = self.describe(provider, granted.tokens, company_id)
        company = replace(company, time_zone=company.time_zone or time_zone)
        wanted = entity_id or (UUID(purpose["entity_id"]) if purpose["entity_id"] else None)
        since = date.fromisoformat(purpose["since"]) if purpose["since"] else None
        connected = self.save(
            provider, company, granted.tokens, entity_id=wanted, since=since, actor=actor, now=now,
        )  # fmt: skip
        with self.database.write() as connection:
            consents.close_consent(connection, self.organisation_id, _hash(state))
        return connected

    def save(
        self,
        provider: str,
        company: Company,
        tokens: TokenSet,
        *,
        entity_id: UUID | None,
        since: date | None,
        actor: str,
        now: datetime,
    ) -> Connected:
        """Tokens, entity and connection in one transaction."""
        with self.database.write() as connection:
            token_set_id = tenancy.new_id(now)
            add_tokens(
                connection,
                self.sealer,
                organisation_id=self.organisation_id,
                token_set_id=token_set_id,
                provider=provider,
                secret=to_secret(tokens),
                expires_at=tokens.expires_at,
                refresh_expires_at=tokens.refresh_expires_at,
                now=now,
            )
            made = False
            if entity_id is None:
                entity_id, made = tenancy.entity_for(
                    connection, self.organisation_id, provider, company, actor=actor, now=now
                )
            if tenancy.ROLES[provider] == "books" and not made:
                tenancy.take_over(connection, self.organisation_id, entity_id, company)
            before = tenancy.find_connection_row(
                connection, self.organisation_id, connection_id(provider, company.external_id)
            )
            own_id = tenancy.save_connection(
                connection,
                self.organisation_id,
                entity_id,
                provider,
                company,
                token_set_id=token_set_id,
                since=since,
                actor=actor,
                now=now,
            )
            if before is not None and before.token_set_id is not None:
                consents.delete_tokens_unless_shared(connection, self.organisation_id, before.token_set_id)
        return Connected(connection_id=own_id, entity_id=entity_id, company=company, new_entity=made)

    def disconnect(self, row: Any, consent: Consent | None, *, actor: str, now: datetime) -> None:
        """Ends the consent at the provider as far as it allows, deletes our tokens, keeps the data readable."""
        if row.token_set_id is not None and consent is not None:
            with self.database.read() as connection:
                stored = load_tokens(connection, self.sealer, self.organisation_id, row.token_set_id)
            if stored.dead_at is None:
                consent.revoke(from_secret(stored.secret, stored.expires_at, stored.refresh_expires_at), row.company_id)
        with self.database.write() as connection:
            self._forget_tokens(connection, row)
            act = Act(
                actor=actor, verb="connection.disconnect", object_kind="connection",
                object_id=f"{row.provider}:{row.company_id}", summary=f"{row.company_name} was disconnected.", detail={},
            )  # fmt: skip
            record(connection, self.organisation_id, act, now)

    def _forget_tokens(self, connection: Connection, row: Any) -> None:
        values = {"state": "disconnected", "state_reason": "A person disconnected it.", "token_set_id": None}
        tenancy.change_connection(connection, self.organisation_id, row.id, values)
        if row.token_set_id is not None:
            consents.delete_tokens_unless_shared(connection, self.organisation_id, row.token_set_id)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _grant_to_json(granted: Granted) -> dict[str, Any]:
    tokens = granted.tokens
    return {
        "tokens": to_secret(tokens),
        "expires_at": None if tokens.expires_at is None else tokens.expires_at.isoformat(),
        "refresh_expires_at": None if tokens.refresh_expires_at is None else tokens.refresh_expires_at.isoformat(),
        "companies": [_company_to_json(company) for company in granted.companies],
    }


def _company_to_json(company: Company) -> dict[str, Any]:
    content = asdict(company)
    content["lock_date"] = None if company.lock_date is None else company.lock_date.isoformat()
    content["notes"] = list(company.notes)
    content["updated_at"] = None
    return content


def _grant_from_json(content: dict[str, Any]) -> Granted:
    def moment(name: str) -> datetime | None:
        return None if content[name] is None else datetime.fromisoformat(content[name])

    companies = []
    for item in content["companies"]:
        lock = None if item["lock_date"] is None else date.fromisoformat(item["lock_date"])
        companies.append(Company(**{**item, "lock_date": lock, "notes": tuple(item["notes"])}))
    tokens = from_secret(content["tokens"], moment("expires_at"), moment("refresh_expires_at"))
    return Granted(tokens=tokens, companies=tuple(companies))
