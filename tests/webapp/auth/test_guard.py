"""Closed unless said otherwise: every address, every role, every form."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.webapp.site import Site, open_questions
from webapp.app import create_app

OPEN = {
    "/sign-in", "/sign-in/link/x", "/healthz", "/readyz", "/metrics", "/hooks/stripe", "/hooks/xero", "/hooks/quickbooks",
}  # fmt: skip


def addresses(site: Site, method: str) -> list[str]:
    """Every address of the application that takes the method, with ids that stand for nothing."""
    flask = create_app(site.app)
    filled: dict[str, Any] = {"provider": "xero", "token": "x", "connection": uuid4(), "filename": "css/tieout.css"}
    found = set()
    with flask.test_request_context():
        for rule in flask.url_map.iter_rules():
            if method in (rule.methods or ()):
                values = {name: filled.get(name, uuid4()) for name in rule.arguments}
                found.add(flask.url_for(rule.endpoint, **values))
    return sorted(found)


def is_open(path: str) -> bool:
    return path in OPEN or path.startswith(("/static/", "/hooks/"))


def test_nobody_sees_anything_without_signing_in(site: Site) -> None:
    stranger = site.visitor()
    for path in addresses(site, "GET"):
        if not is_open(path):
            answer = stranger.get(path)
            assert (answer.status_code, path) == (303, path)
            assert answer.headers["location"].startswith("/sign-in")
    assert stranger.get("/no/such/page").status_code == 303


def test_no_form_is_taken_without_its_token(site: Site) -> None:
    ann = site.signed_in()
    for path in addresses(site, "POST"):
        if not path.startswith("/hooks/"):
            assert (ann.session.post(site.base + path, timeout=180).status_code, path) == (400, path)


def test_no_form_is_taken_from_another_site(site: Site) -> None:
    ann = site.signed_in()
    answer = ann.post("/sign-out", page="/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert ann.get("/").status_code == 200


def test_a_form_without_a_session_is_refused(site: Site) -> None:
    assert site.visitor().post("/queue/accept-all").status_code == 401


def test_an_auditor_reads_everything_and_changes_nothing(site: Site) -> None:
    open_questions(site.books)
    auditor = site.signed_in("auditor")
    for path in ("/", "/invoices/", "/customers/", "/connections/", "/findings", "/history", "/settings"):
        assert auditor.get(path).status_code == 200
    shown = auditor.get("/").text
    assert "Accept" not in shown.partition("<dialog")[0]
    own = {"/sign-out", "/organisation", "/settings/password", "/sign-in", "/sign-in/link/x"}
    for path in addresses(site, "POST"):
        if path not in own and not path.startswith("/hooks/"):
            assert (auditor.post(path, page="/").status_code, path) == (403, path)
    assert auditor.get("/connect/xero").status_code == 403


@pytest.mark.parametrize(("role", "path"), [("bookkeeper", "/connect/xero"), ("approver", "/connections/{}/sync")])
def test_each_role_has_its_own_rights(site: Site, role: str, path: str) -> None:
    person = site.signed_in(role)
    assert person.post(path.format(uuid4()), page="/").status_code == 403


def test_ids_of_another_organisation_stand_for_nothing(site: Site) -> None:
    open_questions(site.others)
    theirs = site.others
    ann = site.signed_in()
    receipt, match = theirs.receipt("ch_1"), theirs.proposals("ch_1")[0]
    invoice = theirs.invoice_id(theirs.xero, "INV-1001")
    missing = uuid4()
    for path in ("/receipts/{}", "/invoices/{}", "/customers/{}", "/connections/{}/disconnect"):
        assert ann.get(path.format(missing)).status_code == 404
    assert ann.get(f"/receipts/{receipt.id}").status_code == 404
    assert ann.get(f"/invoices/{invoice}").status_code == 404
    for act in ("accept", "decline", "undo"):
        answer = ann.post(f"/matches/{match.id}/{act}", {"seen": receipt.revision}, page="/")
        assert answer.status_code == 303
        assert "does not exist" in ann.shown("/")
    ann.post("/queue/accept", {"pick": f"{match.id}:{receipt.revision}"}, page="/")
    ann.post(f"/receipts/{receipt.id}/park", {"seen": receipt.revision, "note": "mine now"}, page="/")
    assert theirs.receipt("ch_1") == receipt
    assert [row.id for row in theirs.proposals("ch_1")] == [match.id]
    assert "Bob Ltd" not in ann.shown("/")


def test_a_character_that_no_text_has_is_refused(site: Site) -> None:
    ann = site.signed_in()
    assert ann.get("/posting/", params={"tab": "a\x00"}).status_code == 400
    assert ann.get("/proof/close/\x00").status_code in (400, 404)
    assert ann.post("/sign-out", {"note": "a\x00b"}, page="/").status_code == 400
    assert ann.get("/").status_code == 200
