"""Signing in and out: links once, passwords, sessions that end, guessing that is slowed."""

from __future__ import annotations

from datetime import timedelta

from store import people
from tests.webapp.site import Site
from webapp.auth import passwords

PASSWORD = "four plain words here"


def test_looking_at_a_link_does_not_use_it_up_and_the_button_does_once(site: Site) -> None:
    link = site.link(site.add_person("ann@acme.example", "owner"))
    scanner, ann, second = site.visitor(), site.visitor(), site.visitor()
    assert [scanner.get(link).status_code for _ in range(2)] == [200, 200]
    answer = ann.post(link, page=link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert ann.get("/").status_code == 200
    assert second.get(link).status_code == 410
    assert second.post(link).status_code == 410


def test_a_link_ends_by_time_and_with_the_person(site: Site) -> None:
    own = site.add_person("ann@acme.example", "owner")
    old, kept = site.link(own), site.link(own)
    with site.app.database.write() as connection:
        people.disable(
            connection, site.books.place.organisation_id, "ann@acme.example", actor="t", now=site.clock.now()
        )
    assert site.visitor().post(kept).status_code == 410
    site.add_person("ann@acme.example", "owner")
    fresh = site.link(own)
    site.clock.set(site.clock.now() + people.LINK_LIFETIME)
    assert site.visitor().post(fresh).status_code == 410
    assert site.visitor().post(old).status_code == 410


def test_a_password_lets_in_and_a_wrong_one_does_not(site: Site) -> None:
    ann = site.signed_in()
    answer = ann.post("/settings/password", {"password": PASSWORD}, page="/settings")
    assert answer.status_code == 303
    other = site.visitor()
    wrong = other.post("/sign-in", {"email": "owner@acme.example", "password": "wrong"})
    assert wrong.status_code == 401
    assert "do not fit together" in wrong.text
    right = other.post("/sign-in", {"email": " Owner@acme.example", "password": PASSWORD, "next": "/invoices/"})
    assert (right.status_code, right.headers["location"]) == (303, "/invoices/")
    assert other.get("/invoices/").status_code == 200


def test_a_new_password_ends_the_other_sessions(site: Site) -> None:
    ann = site.signed_in()
    with site.app.database.read() as connection:
        own = people.find_by_email(connection, "owner@acme.example")
    assert own is not None
    elsewhere = site.visitor()
    link = site.link(own.id)
    elsewhere.post(link, page=link)
    assert elsewhere.get("/").status_code == 200
    ann.post("/settings/password", {"password": PASSWORD}, page="/settings")
    assert elsewhere.get("/").status_code == 303
    assert ann.get("/").status_code == 200
    refused = ann.post("/settings/password", {"password": PASSWORD * 2, "current": "not it"}, page="/settings")
    assert refused.status_code == 303
    assert "not right" in ann.shown("/settings")


def test_signing_in_never_leads_to_another_site(site: Site) -> None:
    site.signed_in().post("/settings/password", {"password": PASSWORD}, page="/settings")
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil"):
        answer = site.visitor().post("/sign-in", {"email": "owner@acme.example", "password": PASSWORD, "next": target})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_the_session_gets_a_new_token_at_sign_in(site: Site) -> None:
    ann = site.visitor()
    ann.get("/sign-in")
    before = ann.session.cookies["tieout"]
    link = site.link(site.add_person("ann@acme.example", "owner"))
    ann.post(link, page=link)
    assert ann.session.cookies["tieout"] != before


def test_signing_out_ends_the_session_for_a_kept_cookie_too(site: Site) -> None:
    ann = site.signed_in()
    kept = dict(ann.session.cookies)
    assert ann.post("/sign-out", page="/").status_code == 303
    thief = site.visitor()
    thief.session.cookies.update(kept)
    assert thief.get("/").status_code == 303


def test_a_session_ends_when_nobody_uses_it(site: Site) -> None:
    ann = site.signed_in()
    site.clock.set(site.clock.now() + people.SESSION_IDLE - timedelta(minutes=1))
    assert ann.get("/").status_code == 200
    site.clock.set(site.clock.now() + people.SESSION_IDLE)
    assert ann.get("/").status_code == 303


def test_a_session_ends_after_a_week_however_busy(site: Site) -> None:
    ann = site.signed_in()
    end = site.clock.now() + people.SESSION_WHOLE
    while site.clock.now() + timedelta(hours=7) < end:
        site.clock.set(site.clock.now() + timedelta(hours=7))
        assert ann.get("/healthz").status_code == 200
        assert ann.get("/").status_code == 200
    site.clock.set(end)
    assert ann.get("/").status_code == 303


def test_guessing_is_slowed_for_the_account_wherever_it_comes_from(site: Site) -> None:
    site.add_person("ann@acme.example", "owner")
    guesser = site.visitor()
    tries = [
        guesser.post("/sign-in", {"email": "ann@acme.example", "password": f"guess {n}"}).status_code for n in range(9)
    ]
    assert tries == [401] * 8 + [429]


def test_an_unknown_address_costs_as_much_as_a_wrong_password() -> None:
    stored = passwords.hashed(PASSWORD)
    assert passwords.fits(stored, PASSWORD)
    assert not passwords.fits(stored, "x" * 400)
    assert not passwords.fits(None, PASSWORD)
    assert stored.startswith(passwords.METHOD)


def test_a_person_of_two_organisations_chooses_which_to_look_at(site: Site) -> None:
    own = site.add_person("ann@acme.example", "owner")
    site.add_person("ann@acme.example", "auditor", site.others)
    link = site.link(own)
    ann = site.visitor()
    ann.post(link, page=link)
    assert "owner" in ann.shown("/")
    other = str(site.others.place.organisation_id)
    assert ann.post("/organisation", {"organisation": other}, page="/").status_code == 303
    assert "ann@acme.example, auditor" in ann.shown("/")
    stranger = site.signed_in("bookkeeper")
    assert stranger.post("/organisation", {"organisation": other}, page="/").status_code == 404
