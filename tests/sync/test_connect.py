"""Connecting: the way out and back, once, for the session that began it; the company chosen; tokens sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from connectors.tokens import Granted, TokenSet
from ledger.company import Company
from ledger.faults import BadInput, ConsentLost, NotFound, Refused
from store import tenancy
from store.database import Database
from store.tables.tenancy import token_sets
from sync.connect import CONSENT_LIFETIME, Connecting
from tests.store.place import NOW, SEALER, books, make_place

TOKENS = TokenSet(access_token="tok-live", refresh_token="ref-live", expires_at=NOW + timedelta(minutes=30))


@dataclass
class Consent:
    """Grants the companies that it was made with."""

    companies: tuple[Company, ...] = (books("t-1", "Acme"), books("t-2", "Beta"))
    codes: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    provider: str = "xero"
    name: str = "Xero"
    grace: timedelta = timedelta(minutes=30)

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        return f"https://provider.example/authorise?state={state}"

    def exchange(self, *, callback: Mapping[str, str], redirect_uri: str) -> Granted:
        if "code" not in callback:
            raise Refused("Xero was not given leave.")
        self.codes.append(callback["code"])
        return Granted(tokens=TOKENS, companies=self.companies)

    def refresh(self, tokens: TokenSet) -> TokenSet:
        raise ConsentLost("none")

    def revoke(self, tokens: TokenSet, company_id: str) -> None:
        assert tokens.access_token == "tok-live"
        self.revoked.append(company_id)


def _connecting(database: Database) -> Connecting:
    place = make_place(database)

    def describe(_provider: str, _tokens: TokenSet, company_id: str) -> Company:
        return books(company_id, "Acme")

    return Connecting(database, SEALER, place.organisation_id, describe)


def _begun(connecting: Connecting, consent: Consent) -> str:
    url = connecting.begin(
        consent, session="s-1", redirect_uri="http://127.0.0.1/back", entity_id=None, since=None, now=NOW
    )
    return url.partition("state=")[2]


def test_there_and_back_and_a_company_chosen(database: Database) -> None:
    connecting, consent = _connecting(database), Consent()
    state = _begun(connecting, consent)
    key, companies = connecting.returned(consent, session="s-1", callback={"state": state, "code": "k"}, now=NOW)
    assert [company.name for company in companies] == ["Acme", "Beta"]
    provider, granted, _ = connecting.pending(session="s-1", state=key, now=NOW)
    assert (provider, granted.tokens, granted.companies) == ("xero", TOKENS, consent.companies)
    made = connecting.choose(session="s-1", state=key, company_id="t-1", actor="ann", now=NOW)
    with database.read() as connection:
        row = tenancy.find_connection(connection, connecting.organisation_id, "xero:t-1")
        assert (row.id, row.state, row.connected_by) == (made.connection_id, "healthy", "ann")
    with pytest.raises(NotFound):
        connecting.choose(session="s-1", state=key, company_id="t-2", actor="ann", now=NOW)


def test_the_second_callback_does_nothing(database: Database) -> None:
    connecting, consent = _connecting(database), Consent()
    callback = {"state": _begun(connecting, consent), "code": "k"}
    connecting.returned(consent, session="s-1", callback=callback, now=NOW)
    with pytest.raises(Refused, match="used already"):
        connecting.returned(consent, session="s-1", callback=callback, now=NOW)
    assert consent.codes == ["k"]


@pytest.mark.parametrize(("session", "late", "other"), [("s-2", 0, False), ("s-1", 1, False), ("s-1", 0, True)])
def test_not_for_another_session_nor_too_late_nor_another_provider(
    database: Database, session: str, late: int, other: bool
) -> None:
    connecting, consent = _connecting(database), Consent()
    callback = {"state": _begun(connecting, consent), "code": "k"}
    asked = Consent(provider="quickbooks") if other else consent
    with pytest.raises(Refused, match="start to connect again"):
        connecting.returned(asked, session=session, callback=callback, now=NOW + late * CONSENT_LIFETIME)
    assert asked.codes == []


def test_a_grant_is_for_its_session_and_its_companies(database: Database) -> None:
    connecting, consent = _connecting(database), Consent()
    key, _ = connecting.returned(
        consent, session="s-1", callback={"state": _begun(connecting, consent), "code": "k"}, now=NOW
    )
    with pytest.raises(NotFound):
        connecting.pending(session="s-2", state=key, now=NOW)
    with pytest.raises(BadInput, match="not one that the consent reaches"):
        connecting.choose(session="s-1", state=key, company_id="t-9", actor="ann", now=NOW)


def test_a_consent_that_reaches_no_company(database: Database) -> None:
    connecting, consent = _connecting(database), Consent(companies=())
    with pytest.raises(Refused, match="no company"):
        connecting.returned(
            consent, session="s-1", callback={"state": _begun(connecting, consent), "code": "k"}, now=NOW
        )


def test_the_end_revokes_and_forgets_the_tokens(database: Database) -> None:
    connecting, consent = _connecting(database), Consent()
    made = connecting.save("xero", books("t-1"), TOKENS, entity_id=None, since=None, actor="ann", now=NOW)
    with database.read() as connection:
        row = tenancy.find_connection_row(connection, connecting.organisation_id, made.connection_id)
    connecting.disconnect(row, consent, actor="ann", now=NOW)
    assert consent.revoked == ["t-1"]
    with database.read() as connection:
        after = tenancy.find_connection_row(connection, connecting.organisation_id, made.connection_id)
        assert after is not None
        assert (after.state, after.token_set_id) == ("disconnected", None)
        assert connection.execute(select(func.count()).select_from(token_sets)).scalar_one() == 0


def test_connected_again_the_old_tokens_are_forgotten(database: Database) -> None:
    connecting = _connecting(database)
    for _ in range(2):
        connecting.save("xero", books("t-1"), TOKENS, entity_id=None, since=None, actor="ann", now=NOW)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(token_sets)).scalar_one() == 1
