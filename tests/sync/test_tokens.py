"""Live tokens: one refresh at a time, saved before use; what is dead is said so; a lost answer is asked for again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from connectors.message import OutcomeUnknown
from connectors.tokens import Granted, TokenSet
from ledger.faults import ConsentLost, Unreachable
from store.credentials import load_tokens
from store.database import Database
from store.tables.tenancy import token_sets
from sync.tokens import StoredTokenSource
from tests.store.place import NOW, SEALER, Place, make_place


@dataclass
class Consent:
    """Tokens that count up. Raises its faults first; looks whether the store can be written while it refreshes."""

    database: Database
    refreshes: int = 0
    faults: list[BaseException] = field(default_factory=list)
    provider: str = "xero"
    name: str = "Xero"
    grace: timedelta = timedelta(minutes=30)

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        return f"{redirect_uri}?{state}"

    def exchange(self, *, callback: Mapping[str, str], redirect_uri: str) -> Granted:
        raise NotImplementedError

    def revoke(self, tokens: TokenSet, company_id: str) -> None:
        raise NotImplementedError

    def refresh(self, tokens: TokenSet) -> TokenSet:
        with self.database.write() as connection:  # no transaction of ours stays open across the call
            connection.execute(update(token_sets).values(updated_at=NOW))
        if self.faults:
            raise self.faults.pop(0)
        self.refreshes += 1
        assert tokens.refresh_token in ("ref-plain", f"r{self.refreshes - 1}"), "the newest refresh token is used"
        return TokenSet(
            access_token=f"a{self.refreshes}",
            refresh_token=f"r{self.refreshes}",
            expires_at=NOW + timedelta(minutes=30),
        )


def _source(database: Database, consent: Consent | None) -> tuple[Place, StoredTokenSource, UUID]:
    place = make_place(database)
    place.connect("xero")
    with database.write() as connection:
        connection.execute(update(token_sets).values(expires_at=NOW + timedelta(seconds=60)))
        own = connection.execute(select(token_sets.c.id)).scalar_one()
    source = StoredTokenSource(
        database=database, sealer=SEALER, organisation_id=place.organisation_id, token_set_id=own, consent=consent,
        now=lambda: NOW, sleep=lambda _: None, random=lambda: 0.5,
    )  # fmt: skip
    return place, source, own


def _asked_at(database: Database, place: Place, own: UUID) -> datetime | None:
    with database.read() as connection:
        return load_tokens(connection, SEALER, place.organisation_id, own).asked_at


def test_two_at_once_and_one_refresh(database: Database) -> None:
    consent = Consent(database)
    _, source, _ = _source(database, consent)
    ready = threading.Barrier(4)

    def use(_: int) -> str:
        ready.wait()
        return source.current().access_token

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(use, range(4))) == {"a1"}
    assert consent.refreshes == 1


def test_after_a_refusal_only_the_first_refreshes(database: Database) -> None:
    consent = Consent(database)
    _, source, _ = _source(database, consent)
    stale = source.current()
    first = source.refreshed(stale)
    assert source.refreshed(stale) == first
    assert consent.refreshes == 2  # one for the age, one for the refusal
    assert source.current().access_token == "a2"


def test_new_tokens_are_saved_before_anybody_uses_them(database: Database) -> None:
    place, source, own = _source(database, Consent(database))
    fresh = source.current()
    with database.read() as connection:
        stored = load_tokens(connection, SEALER, place.organisation_id, own)
    assert stored.secret["access_token"] == fresh.access_token == "a1"
    assert stored.secret["refresh_token"] == "r1"
    assert (stored.revision, stored.expires_at) == (2, NOW + timedelta(minutes=30))


def test_a_consent_that_is_dead_stays_dead_until_somebody_connects_again(database: Database) -> None:
    consent = Consent(database, faults=[ConsentLost("Xero no longer accepts this connection; connect it again.")])
    place, source, own = _source(database, consent)
    with pytest.raises(ConsentLost, match="no longer accepts"):
        source.current()
    with pytest.raises(ConsentLost, match="connect it again"):
        source.current()
    assert consent.refreshes == 0
    with database.read() as connection:
        assert load_tokens(connection, SEALER, place.organisation_id, own).dead_at == NOW


def test_a_refresh_whose_answer_was_lost_is_asked_for_again(database: Database) -> None:
    consent = Consent(database, faults=[OutcomeUnknown("cut")])
    place, source, own = _source(database, consent)
    assert source.current().access_token == "a1"  # with the token that the lost answer would have replaced
    assert _asked_at(database, place, own) is None


def test_a_refresh_that_was_not_sent_leaves_no_doubt(database: Database) -> None:
    consent = Consent(database, faults=[Unreachable("no line"), ConsentLost("gone"), OutcomeUnknown("cut")])
    place, source, own = _source(database, consent)
    with pytest.raises(Unreachable):
        source.current()
    assert _asked_at(database, place, own) is None
    with pytest.raises(ConsentLost, match="gone"):
        source.current()


def test_a_refresh_that_a_killed_process_sent_is_in_doubt_too(database: Database) -> None:
    consent = Consent(database, faults=[SystemExit(), ConsentLost("gone")])
    place, source, own = _source(database, consent)
    with pytest.raises(SystemExit):
        source.current()
    assert _asked_at(database, place, own) == NOW
    with pytest.raises(Unreachable, match="until 12:30 UTC"):
        source.current()
    assert source.current().access_token == "a1"
    assert _asked_at(database, place, own) is None


def test_a_key_that_is_refused_has_nothing_to_refresh_with(database: Database) -> None:
    _, source, _ = _source(database, None)
    with pytest.raises(ConsentLost, match="make a new one"):
        source.refreshed(TokenSet(access_token="tok-plain"))


def test_tokens_are_never_shown() -> None:
    tokens = TokenSet(access_token="sesame", refresh_token="sesame", webhook_secret="sesame", expires_at=NOW)
    assert "sesame" not in repr(tokens)
    assert "sesame" not in f"{tokens}"
