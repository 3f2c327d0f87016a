"""Records beside their values: versions when content changed, tombstones, findings that settle."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from ledger.finding import Finding, Severity
from ledger.invoice import Invoice
from ledger.money import Money
from ledger.payment import Payment
from store import intake
from store.database import Database
from store.payloads import payload
from store.plain import keyed
from store.queries.history import every_version, known_at, version_at, versions_of
from store.scope import Scope
from store.tables.history import versions
from store.tables.intake import findings, records
from store.tables.pulled import NOUN_NAMED
from store.versions import TOLD, body_text, told_of
from tests.store.place import NOW, make_place, record_of

LATER = NOW + timedelta(hours=1)
LAST = NOW + timedelta(hours=2)
INVOICES = NOUN_NAMED["invoices"].table


def invoice(left: int = 1000, external_id: str = "1", **changed: Any) -> Invoice:
    content: dict[str, Any] = {
        "number": f"INV-{external_id}", "customer_external_id": "c", "issued_on": date(2026, 1, 1), "due_on": None,
        "total": Money(1000, "GBP"), "tax_total": Money(0, "GBP"), "open_amount": Money(left, "GBP"), "status": "open",
    }  # fmt: skip
    return Invoice(external_id=external_id, **{**content, **changed})


def revisions(database: Database, scope: Scope) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        found = every_version(connection, scope.organisation_id, "invoices", TOLD)
        return [(row.revision, row.gone, row.open_minor, row.recorded_at) for row in found]


def test_a_version_is_appended_exactly_when_content_changed(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("xero")
    assert place.write(scope, record_of(invoice(1000))) == 1
    assert place.write(scope, record_of(invoice(1000)), now=LATER) == 0
    assert place.write(scope, record_of(invoice(1000, updated_at=LATER)), now=LATER) == 0
    assert place.write(scope, record_of(invoice(400)), now=LAST) == 1
    assert revisions(database, scope) == [(1, False, 1000, NOW), (2, False, 400, LAST)]
    with database.read() as connection:
        row = connection.execute(select(INVOICES)).one()
    assert (row.revision, row.open_amount_minor, row.gone_at) == (2, 400, None)


def test_a_tombstone_and_its_return(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("xero")
    place.write(scope, record_of(invoice(1000)))
    assert place.write(scope, record_of(deleted=True), now=LATER) == 1
    assert place.write(scope, record_of(deleted=True), now=LATER) == 0
    assert place.write(scope, record_of(invoice(1000)), now=LAST) == 1
    assert [row[:3] for row in revisions(database, scope)] == [(1, False, 1000), (2, True, 1000), (3, False, 1000)]
    with database.read() as connection:
        assert connection.execute(select(INVOICES.c.gone_at)).scalar_one() is None


def test_a_value_that_its_record_no_longer_holds_is_gone(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("xero")
    paid = Payment(
        external_id="p", customer_external_id="c", paid_on=None, amount=Money(5, "GBP"), unapplied=Money(5, "GBP")
    )
    place.write(scope, record_of(invoice(), paid))
    assert place.write(scope, record_of(invoice()), now=LATER) == 1
    with database.read() as connection:
        gone = connection.execute(select(NOUN_NAMED["payments"].table.c.gone_at)).scalar_one()
    assert gone == LATER


def test_as_it_was_known_then(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("xero")
    place.write(scope, record_of(invoice(1000), external_id="a"), record_of(invoice(70, "2"), external_id="b"))
    place.write(scope, record_of(invoice(400), external_id="a"), now=LATER)
    place.write(scope, record_of(external_id="b", deleted=True), now=LATER)
    place.write(scope, record_of(invoice(0, status="paid"), external_id="a"), now=LAST)

    def known(moment: Any) -> list[Invoice]:
        with database.read() as connection:
            return [item.value for item in known_at(connection, scope.organisation_id, "invoices", moment)]

    assert known(NOW - timedelta(seconds=1)) == []
    assert known(NOW) == [invoice(1000), invoice(70, "2")]
    assert known(LATER) == [invoice(400)]
    assert known(LAST + timedelta(days=1)) == [invoice(0, status="paid")]
    with database.read() as connection:
        own = connection.execute(select(INVOICES.c.id).where(INVOICES.c.external_id == "1")).scalar_one()
        of = (connection, scope.organisation_id, "invoices", own)
        assert [(one.revision, one.body["open_amount_minor"], one.status) for one in versions_of(*of)] == [
            (1, 1000, "open"), (2, 400, "open"), (3, 0, "paid")]  # fmt: skip
        assert version_at(*of, NOW - timedelta(seconds=1)) is None
        assert [version_at(*of, moment) for moment in (NOW, LATER, LAST)] == versions_of(*of)


def test_a_version_that_an_older_database_kept_beside_its_row_is_told_once(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("xero")
    place.write(scope, record_of(invoice(1000)))
    with database.write() as connection:
        row = connection.execute(select(INVOICES)).one()
        noun = NOUN_NAMED["invoices"]
        kept = told_of(noun, row) | {"organisation_id": row.organisation_id, "provider_version": "7"}
        connection.execute(insert(versions).values(**kept, body=json.loads(body_text(noun, row))))
    assert revisions(database, scope) == [(1, False, 1000, NOW)]
    assert place.write(scope, record_of(invoice(400)), now=LATER) == 1
    assert revisions(database, scope) == [(1, False, 1000, NOW), (2, False, 400, LATER)]


def test_a_value_that_two_records_tell_is_one_with_one_history(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("xero")
    place.write(scope, record_of(invoice(1000, "shared"), external_id="a"))
    assert place.write(scope, record_of(invoice(1000, "shared"), external_id="b"), now=LATER) == 0
    assert place.write(scope, record_of(invoice(400, "shared"), external_id="a"), now=LAST) == 1
    assert revisions(database, scope) == [(1, False, 1000, NOW), (2, False, 400, LAST)]


def test_what_was_known_is_one_organisations_and_one_connections(database: Database) -> None:
    place, other = make_place(database), make_place(database, "Other")
    scope, foreign = place.connect("xero"), other.connect("xero")
    place.write(scope, record_of(invoice(1)))
    other.write(foreign, record_of(invoice(2)))
    stripe = place.connect("stripe", "acct_1")
    with database.read() as connection:
        own = [item.value.open_amount.minor for item in known_at(connection, place.organisation_id, "invoices", NOW)]
        none = list(known_at(connection, place.organisation_id, "invoices", NOW, connection_id=stripe.connection_id))
    assert own == [1]
    assert none == []


def test_findings_settle_when_their_record_comes_clean(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("xero")
    odd = Finding("unknown_status", "Thing 1 has an odd status.", Severity.WARNING, "Thing", "1", "status")
    place.write(scope, record_of(invoice(), findings=[odd]))
    place.write(scope, record_of(invoice(), findings=[odd]), now=LATER)
    assert _findings(database) == [("unknown_status", NOW, LATER, None)]
    place.write(scope, record_of(invoice()), now=LAST)
    assert _findings(database) == [("unknown_status", NOW, LATER, LAST)]
    again = LAST + timedelta(hours=1)
    place.write(scope, record_of(invoice(), findings=[odd]), now=again)
    assert _findings(database) == [("unknown_status", NOW, again, None)]


def _findings(database: Database) -> list[tuple[Any, ...]]:
    columns = (findings.c.code, findings.c.first_seen_at, findings.c.last_seen_at, findings.c.settled_at)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def test_payloads_come_back_byte_for_byte(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("xero")
    raw = b'{"a": "\xc3\xa9 \x00", "b": 1.10}' * 50
    place.write(scope, record_of(invoice(), raw=raw))
    with database.read() as connection:
        row = connection.execute(select(records)).one()
        [kept] = intake.kept_records(connection, scope, None, 10)
        assert payload(connection, kept) == raw
    assert len(row.body) < len(raw)
    assert row.customer_external_id == "c"
    assert row.nouns == "invoices"


def test_kept_records_come_in_steps(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("xero")
    place.write(scope, *(record_of(invoice(external_id=str(n)), external_id=str(n)) for n in range(7)))
    after, seen = None, []
    with database.read() as connection:
        while rows := intake.kept_records(connection, scope, after, 3):
            seen += [row.external_id for row in rows]
            after = (rows[-1].kind, rows[-1].external_id)
    assert seen == [str(n) for n in range(7)]


def test_more_records_than_a_query_may_name(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("xero")
    many = [record_of(invoice(external_id=str(n)), external_id=str(n)) for n in range(1201)]
    assert place.write(scope, *many) == 1201
    assert place.write(scope, *many, now=LATER) == 0
    with database.read() as connection:
        assert intake.counts_by_kind(connection, scope) == {"Thing": 1201}


def test_words_of_a_provider_may_be_of_any_length(database: Database) -> None:
    """A status, a version or a field's name that nobody has seen yet costs no page."""
    place = make_place(database)
    scope = place.connect("stripe")
    word = "warning_needs_response_" * 20
    finding = Finding(
        code="unknown_value", sentence="odd", severity=Severity.NOTE, record_kind="Thing", external_id="1", field=word
    )
    record = replace(record_of(invoice(status=word), findings=[finding]), version=word)
    assert place.write(scope, record) == 1
    with database.read() as connection:
        assert connection.execute(select(INVOICES.c.status)).scalar_one() == word
        assert connection.execute(select(records.c.version)).scalar_one() == word
        assert connection.execute(select(findings.c.field)).scalar_one() == keyed(word, intake.FIELD_CHARACTERS_MAX)
    place.write(scope, record_of(invoice()), now=LATER)
    with database.read() as connection:
        assert connection.execute(select(versions.c.status)).scalar_one() == word
        assert connection.execute(select(versions.c.provider_version)).scalar_one() == word
