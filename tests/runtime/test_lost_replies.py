"""A refresh whose answer is lost, against stand-ins that rotate: asked for again with the same token, inside its grace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.faults import ConsentLost, Unreachable
from runtime.passes import sync_connection
from sandbox.run import Sandbox
from store.database import Database
from sync.renewal import TRIES
from tests.runtime.office import Office, Theirs, open_office

OVER = {"quickbooks": timedelta(days=1, minutes=1), "xero": timedelta(minutes=31)}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(providers=("quickbooks", "xero"), real_limits=False) as running:
        yield running


@pytest.fixture(params=["quickbooks", "xero"])
def office(request: pytest.FixtureRequest, sandbox: Sandbox, database: Database, tmp_path: Path) -> Iterator[Office]:
    with open_office(sandbox, request.param, database, tmp_path / "home", Theirs(sandbox.clock)) as opened:
        opened.age()
        yield opened


def _lose_all_answers(office: Office) -> None:
    office.spoil("lost", times=TRIES.tries)
    with pytest.raises(Unreachable, match="no usable answer when our access was renewed.*within 30 minutes"):
        office.ask()
    assert office.waits_for_an_answer()
    assert office.dead_at() is None


@pytest.mark.parametrize("kind", ["cut", "html"])
def test_one_lost_answer_is_seen_by_nobody(office: Office, kind: str) -> None:
    office.spoil(kind)
    assert office.ask()
    assert not office.waits_for_an_answer()


def test_all_answers_lost_and_the_next_call_goes_on_with_the_same_token(office: Office) -> None:
    before = office.refreshes()
    _lose_all_answers(office)
    assert office.ask()
    assert office.refreshes() - before == TRIES.tries + 1
    assert not office.waits_for_an_answer()


def test_when_the_grace_is_over_a_person_has_to_connect_again(office: Office) -> None:
    _lose_all_answers(office)
    office.sandbox.clock.advance(OVER[office.provider])
    with pytest.raises(ConsentLost):
        sync_connection(office.app, office.organisation_id, office.connection_id)
    row = office.row()
    assert row.state == "action_needed"
    assert "connect it again" in row.state_reason
    assert office.dead_at() is not None


def test_a_refusal_inside_the_grace_is_doubted_until_its_end(office: Office) -> None:
    _lose_all_answers(office)
    office.sandbox.ledgers[office.provider].oauth.revoke_all()  # type: ignore[attr-defined]  # both stand-ins have one
    with pytest.raises(Unreachable, match="connect it again to go on at once"):
        sync_connection(office.app, office.organisation_id, office.connection_id)
    assert office.row().state == "delayed"
    assert office.dead_at() is None
    office.sandbox.clock.advance(timedelta(minutes=31))
    with pytest.raises(ConsentLost):
        office.ask()
    assert office.dead_at() is not None


def test_a_refusal_with_no_answer_lost_ends_the_consent_at_once(office: Office) -> None:
    office.sandbox.ledgers[office.provider].oauth.revoke_all()  # type: ignore[attr-defined]
    with pytest.raises(ConsentLost):
        office.ask()
    assert office.dead_at() is not None
