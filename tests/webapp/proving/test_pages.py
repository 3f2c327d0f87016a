"""Verify, period end and evidence as people meet them: what each shows, who may press what, and what is said of it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from ledger.company import Company
from ledger.money import Money
from proving.close import signing
from proving.verify.differences import Cause, Check, Difference
from proving.verify.run import _row
from store import closes, verifications
from store.audit import entries, first_broken
from store.scope import Scope
from store.tables.matching import receipts
from store.tables.tenancy import entities
from tests.webapp.site import Site, Visitor

DAY = date(2026, 4, 30)


def scope(site: Site) -> Scope:
    return Scope(site.books.place.organisation_id, site.books.xero.connection_id)


def verified(site: Site, *rows: Difference, on: date = DAY) -> UUID:
    """A verification that came to its end with these rows."""
    now = site.clock.now()
    totals = {
        "control": {"compared": 1, "differ": len(rows), "currency": "GBP", "ours_minor": 10_000, "theirs_minor": 10_500}
    }
    with site.app.database.write() as connection:
        own = verifications.begin(connection, scope(site), site.books.place.entity_id, on, by="ann", now=now)
        verifications.end(
            connection,
            scope(site),
            own,
            [_row(row) for row in rows],
            totals=totals,
            calls=15,
            now=now + timedelta(minutes=1),
        )
    return own


def changed() -> Difference:
    return Difference(
        check=Check.DOCUMENT, subject="doc-1", name="Invoice INV-1", cause=Cause.CHANGED_THERE,
        words="Invoice INV-1 was changed in Xero: total GBP 100.00 here, GBP 105.00 there.",
        ours=Money(10_000, "GBP"), theirs=Money(10_500, "GBP"),
    )  # fmt: skip


def pack(site: Site, *, differs: bool = False) -> dict[str, Any]:
    amount = {"currency": "GBP", "amount": "100.00"}
    return {
        "form": 1, "entity": {"id": str(site.books.place.entity_id), "name": "Acme", "country": "GB", "home_currency": "GBP", "time_zone": "UTC"},
        "period": {"from": "2026-04-01", "through": DAY.isoformat()}, "prepared": {"by": "ann", "at": "2026-05-01T09:00:00Z"},
        "books": None, "ties_out": not differs, "processors": [],
        "receivables": {
            "rates": "Rates.", "buckets": ["current"], "customers": [
                {"customer": "c", "name": "Bob Ltd", "currency": "GBP", "buckets": ["100.00"], "unapplied": "0.00", "total": "100.00"}
            ],
            "currencies": [{"currency": "GBP", "total": "100.00", "home": "100.00"}], "sub_ledger": amount,
            "control_account": {**amount, "source": "trial balance", "accounts": {}}, "difference": {"currency": "GBP", "amount": "0.00"},
            "unapplied_cash": [], "customer_deposits": [], "open_credits": [],
        },
        "receipts": {"unmatched": [], "decided_not_posted": []},
        "differences": [
            {"connection": "xero:x", "check": "count", "subject": "Invoices", "name": "Invoices", "currency": None, "ours": 1,
             "theirs": 2, "cause": "not_synced", "cause_words": "Not synced yet", "words": "One more there.", "remedy": "Sync."}
        ] if differs else [],
    }  # fmt: skip


def prepared(site: Site, *, differs: bool = False) -> UUID:
    place = site.books.place
    return signing.keep(
        site.app.database,
        place.organisation_id,
        place.entity_id,
        DAY,
        pack(site, differs=differs),
        by="ann",
        now=site.clock.now(),
    )


def test_without_a_verification_the_page_says_so_and_offers_one(site: Site) -> None:
    owner = site.signed_in()
    shown = owner.shown("/proof/")
    assert "Never verified" in shown
    assert "Verify now" in shown
    assert owner.post(f"/proof/{scope(site).connection_id}/verify", page="/proof/").status_code == 303
    assert "No worker runs here; run `tieout verify`" in owner.shown("/proof/")


def test_two_sides_and_a_remainder_stand_beside_when_it_was(site: Site) -> None:
    own = verified(site, changed())
    visitor = site.signed_in("auditor")
    shown = visitor.shown("/proof/")
    assert "100.00" in shown
    assert "105.00" in shown
    assert "Differs" in shown
    assert "1 to look at" in shown
    assert "Last verified" in shown
    assert "Last synced" in shown
    assert "Verify now" not in shown  # an auditor reads
    told = visitor.shown(f"/proof/verifications/{own}")
    assert "Changed there" in told
    assert "total GBP 100.00 here, GBP 105.00 there" in told
    assert "put it back there" in told
    assert visitor.get("/proof/verifications/00000000-0000-0000-0000-000000000001").status_code == 404


def test_what_was_not_compared_stands_below_what_was(site: Site) -> None:
    totals = {
        "customer": {"compared": 40, "differ": 0, "basis": "standing", "as_of": "2026-05-20"},
        "control": {"compared": 1, "differ": 0, "currency": "GBP", "ours_minor": 1, "theirs_minor": 1},
    }
    now = site.clock.now()
    with site.app.database.write() as connection:
        own = verifications.begin(connection, scope(site), site.books.place.entity_id, DAY, by="ann", now=now)
        verifications.end(connection, scope(site), own, [], totals=totals, calls=15, now=now)
    shown = site.signed_in("auditor").shown(f"/proof/verifications/{own}")
    assert "customers were compared as of 20 May 2026, and of 30 Apr 2026 the control account" in shown


def test_books_that_apply_credits_by_themselves_are_warned_of_on_both_pages(site: Site) -> None:
    note = "QuickBooks applies credits to invoices by itself (Account and settings, Advanced, Automation)."
    site.books.put(site.books.xero, Company(external_id="tenant", name="Acme", home_currency="GBP", notes=(note,)))
    owner = site.signed_in()
    assert note in owner.shown("/proof/")
    shown = owner.shown("/settings/posting")
    assert note in shown
    assert "may then pay another invoice than you decided" in shown


def test_one_of_a_closed_period_does_not_hide_that_of_today(site: Site) -> None:
    verified(site, changed(), on=DAY)
    verified(site, on=DAY - timedelta(days=30))
    assert "1 to look at" in site.signed_in().shown("/proof/")


def test_a_failed_one_says_why(site: Site) -> None:
    with site.app.database.write() as connection:
        own = verifications.begin(
            connection, scope(site), site.books.place.entity_id, DAY, by="ann", now=site.clock.now()
        )
        verifications.fail(connection, scope(site), own, "Xero cannot be reached.", calls=1, now=site.clock.now())
    visitor = site.signed_in()
    assert "Not compared" in visitor.shown("/proof/")
    assert "Xero cannot be reached." in visitor.shown(f"/proof/verifications/{own}")


def test_nobody_sees_another_organisation_s_proof(site: Site) -> None:
    own, close = verified(site, changed()), prepared(site)
    link = site.link(site.add_person("rival@rival.example", "owner", site.others))
    stranger = site.visitor()
    assert stranger.post(link, page=link).status_code == 303
    for path in (
        f"/proof/verifications/{own}",
        f"/proof/close/{close}",
        f"/proof/close/{close}/files/acme-2026-04-30.json",
    ):
        assert stranger.get(path).status_code == 404
    assert "INV-1" not in stranger.shown("/proof/")


def act(visitor: Visitor, path: str, page: str, **data: Any) -> str:
    """What the next page says of it."""
    assert visitor.post(path, data, page=page).status_code == 303
    return visitor.shown(page)


def lock(site: Site) -> date | None:
    with site.app.database.read() as connection:
        query = select(entities.c.lock_date).where(entities.c.id == site.books.place.entity_id)
        found: date | None = connection.execute(query).scalar_one()
    return found


def test_two_sign_and_the_period_is_locked(site: Site) -> None:
    own = prepared(site)
    page = f"/proof/close/{own}"
    owner, keeper, seller = site.signed_in("owner"), site.signed_in("bookkeeper"), site.signed_in("sales")
    assert "To be signed" in owner.shown("/proof/close/")
    assert "0.00" in owner.shown(page)
    assert "A second person reviews it" in owner.shown(page)
    assert "Sign through" not in seller.shown(page)
    assert "a second person reviews it" in act(owner, f"{page}/sign", page)
    assert "Sign through" not in owner.shown(page)
    assert lock(site) is None
    assert "Signed and locked" in act(keeper, f"{page}/sign", page)
    assert lock(site) == DAY
    told = owner.shown(page)
    assert "Nothing in the period has changed since it was signed." in told
    assert "bookkeeper@acme.example" in told
    assert "needs a reason" in act(owner, f"{page}/reopen", page, reason=" ")
    assert "Reopened by owner@acme.example" in act(owner, f"{page}/reopen", page, reason="One was forgotten.")
    assert lock(site) is None


def test_where_nobody_else_may_sign_one_signature_is_enough(site: Site) -> None:
    own = prepared(site, differs=True)
    page = f"/proof/close/{own}"
    owner = site.signed_in("owner")
    assert "Nobody else may sign here" in owner.shown(page)
    assert "1 difference stays named in it" in owner.shown(page)
    assert "Signed and locked" in act(owner, f"{page}/sign", page)
    assert lock(site) == DAY


def test_files_are_handed_over_as_they_are_kept_and_that_is_noted(site: Site) -> None:
    own = prepared(site)
    visitor = site.signed_in("auditor")
    for kind in ("json", "xlsx", "pdf"):
        answer = visitor.get(f"/proof/close/{own}/files/acme-{DAY.isoformat()}.{kind}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]
        with site.app.database.read() as connection:
            kept = closes.file_of(connection, site.books.place.organisation_id, own, f"acme-{DAY.isoformat()}.{kind}")
        assert answer.content == kept.content
    with site.app.database.read() as connection:
        acts = [one.verb for one in entries(connection, site.books.place.organisation_id, limit=5)]
        assert first_broken(connection, site.books.place.organisation_id) is None
    assert acts.count("close.download") == 3


@pytest.mark.parametrize(("typed", "told"), [("soon", "is no date"), ("2126-01-01", "is not over yet")])
def test_a_period_that_cannot_be_is_said_beside_the_field(site: Site, typed: str, told: str) -> None:
    owner = site.signed_in()
    answer = owner.post("/proof/close/", {"through": typed}, page="/proof/close/")
    assert answer.status_code == 422
    assert told in answer.text
    assert typed in answer.text


def test_the_last_day_is_over_where_the_entity_is(site: Site) -> None:
    """Two entities: in the second the next day has come already."""
    own, ahead = site.books.place, uuid4()
    with site.app.database.write() as connection:
        row = connection.execute(select(entities).where(entities.c.id == own.entity_id)).one()._asdict()
        there = {**row, "id": ahead, "name": "Zealand Ltd", "time_zone": "Pacific/Auckland"}
        connection.execute(entities.insert().values(**there))
    ann = site.signed_in()

    def told(entity: UUID, day: str) -> str:
        return str(ann.post("/proof/close/", {"entity": str(entity), "through": day}, page="/proof/close/").text)

    assert "No worker runs here" in told(ahead, "2026-11-23")
    assert "23 Nov 2026 is not over yet" in told(own.entity_id, "2026-11-23")
    assert "24 Nov 2026 is not over yet" in told(ahead, "2026-11-24")
    assert 'max="2026-11-23"' in ann.get("/proof/close/").text


def test_without_a_worker_the_command_is_named(site: Site) -> None:
    answer = site.signed_in().post("/proof/close/", {"through": DAY.isoformat()}, page="/proof/close/")
    assert answer.status_code == 422
    assert "tieout close" in answer.text


def test_evidence_comes_from_the_receipt_s_page(busy: Site) -> None:
    with busy.app.database.read() as connection:
        row = connection.execute(
            select(receipts).where(receipts.c.organisation_id == busy.books.place.organisation_id).limit(1)
        ).one()
    visitor = busy.signed_in("auditor")
    assert f"/receipts/{row.id}/evidence.pdf" in visitor.get(f"/receipts/{row.id}").text
    answer = visitor.get(f"/receipts/{row.id}/evidence.json")
    assert json.loads(answer.content)["receipt"]["id"] == str(row.id)
    assert visitor.get(f"/receipts/{row.id}/evidence.pdf").content.startswith(b"%PDF-")
    assert visitor.get(f"/receipts/{row.id}/evidence.xml").status_code == 404
