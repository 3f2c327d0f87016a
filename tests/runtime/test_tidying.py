"""What the schedule tidies: consents never finished, ends of consents told in time, scopes that are missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from connectors.tokens import TokenSet
from connectors.xero.consent import writing
from posting import ruling
from posting.rules import Mode, PostingRules
from runtime.deadlines import QUICKBOOKS_LONGEST, consent_ends
from runtime.providers.parts import Event
from runtime.sequences import note_numbers
from runtime.tidying import tidy
from store import calls, consents
from store.calls import Counted
from store.credentials import replace_tokens
from store.intake import standing_findings
from store.tables.calls import call_counts
from store.tables.tenancy import connections, consent_states, token_sets
from sync.tokens import to_secret
from tests.runtime.shop import Shop
from tests.runtime.test_serving import Ahead


def codes(shop: Shop) -> set[str]:
    with shop.app.database.read() as connection:
        return {row.code for row in standing_findings(connection, shop.organisation_id)}


def change(shop: Shop, **values: Any) -> None:
    with shop.app.database.write() as connection:
        connection.execute(update(connections).values(**values))


def grant(shop: Shop, scope: str) -> None:
    tokens = TokenSet(access_token="a", refresh_token="r", scope=scope)
    with shop.app.database.write() as connection:
        own: UUID = connection.execute(select(token_sets.c.id)).scalar_one()
        replace_tokens(
            connection, shop.app.sealer, shop.organisation_id, own, secret=to_secret(tokens), expires_at=None,
            refresh_expires_at=None, now=shop.app.clock.now(),
        )  # fmt: skip


def test_consents_that_ran_out_are_gone_with_what_they_granted(shop: Shop) -> None:
    now = shop.app.clock.now()
    with shop.app.database.write() as connection:
        for name, ends in (("old", now - timedelta(seconds=1)), ("new", now + timedelta(minutes=5))):
            consents.open_consent(
                connection, shop.organisation_id, state_hash=name, session_hash="s", provider="xero", purpose={},
                expires_at=ends,
            )  # fmt: skip
            consents.keep_grant(connection, shop.organisation_id, name, b"sealed")
    tidy(shop.app)
    with shop.app.database.read() as connection:
        assert list(connection.execute(select(consent_states.c.state_hash)).scalars()) == ["new"]


def test_meters_of_this_month_and_the_last_are_kept(shop: Shop) -> None:
    now = shop.app.clock.now()
    first = now.replace(day=1)
    days = (now, first, first - timedelta(days=1), first - timedelta(days=33), first - timedelta(days=400))
    with shop.app.database.write() as connection:
        connection.execute(delete(call_counts))
        for day in days:
            calls.add(connection, [Counted(shop.organisation_id, shop.connection_id, "stripe", 3, 1)], day)
        before = calls.tallies(connection, shop.organisation_id, now), calls.month_of_app(connection, "stripe", now)
    tidy(shop.app)
    with shop.app.database.read() as connection:
        kept = list(connection.execute(select(call_counts.c.day).order_by(call_counts.c.day)).scalars())
        after = calls.tallies(connection, shop.organisation_id, now), calls.month_of_app(connection, "stripe", now)
    assert kept == sorted({day.date() for day in days[:3]})
    assert after == before


def test_an_end_is_told_a_fortnight_before_and_taken_back(shop: Shop) -> None:
    now = shop.app.clock.now()
    with shop.app.database.write() as connection:
        connection.execute(update(token_sets).values(refresh_expires_at=now + timedelta(days=15)))
    tidy(shop.app)
    assert codes(shop) == set()
    tidy(replace(shop.app, clock=Ahead(timedelta(days=2))))
    assert codes(shop) == {"consent_ends_soon"}
    with shop.app.database.write() as connection:
        connection.execute(update(token_sets).values(refresh_expires_at=now + timedelta(days=90)))
    tidy(replace(shop.app, clock=Ahead(timedelta(days=3))))
    assert codes(shop) == set()


def test_intuit_s_consent_ends_after_five_years_however_often_it_is_used(shop: Shop) -> None:
    now = shop.app.clock.now()
    assert consent_ends("quickbooks", now, now + timedelta(days=100)) == now + timedelta(days=100)
    assert consent_ends("quickbooks", now - QUICKBOOKS_LONGEST, now + timedelta(days=100)) == now
    assert consent_ends("stripe", now, None) is None


def test_a_scope_that_was_not_granted_is_told(shop: Shop) -> None:
    """The rows are Stripe's made into Xero's: only what is stored is looked at."""
    change(shop, provider="xero")
    grant(shop, "offline_access accounting.contacts.read")
    tidy(shop.app)
    assert codes(shop) == {"consent_lacks_scope"}


def test_leave_to_write_is_leave_to_read_and_is_missed_where_posting_is_on(shop: Shop) -> None:
    change(shop, provider="xero")
    grant(shop, " ".join(writing(shop.app.settings.xero.scopes)))
    tidy(shop.app)
    assert codes(shop) == set()
    now, entity = shop.app.clock.now(), shop.row().entity_id
    ruling.save(
        shop.app.database, shop.organisation_id, entity, PostingRules(mode=Mode.BY_HAND), note="on", by="ann", now=now
    )
    tidy(shop.app)
    assert codes(shop) == set()
    grant(shop, " ".join(shop.app.settings.xero.scopes))
    tidy(shop.app)
    assert codes(shop) == {"consent_lacks_scope"}


def test_a_gap_in_numbered_webhooks_makes_every_connection_catch_up(shop: Shop) -> None:
    change(shop, provider="xero")

    def events(*numbers: int) -> list[Event]:
        return [Event(event_id=str(n), type="t", company_id=None, body=b"", sequence=n) for n in numbers]

    assert not note_numbers(shop.app, "xero", events(4, 5))
    assert not note_numbers(shop.app, "xero", events(6))
    assert not note_numbers(shop.app, "xero", events(5))  # sent again
    assert shop.row().catch_up_at is None
    assert note_numbers(shop.app, "xero", events(8))
    assert shop.row().catch_up_at is not None
