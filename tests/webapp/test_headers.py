"""What every answer tells the browser."""

from __future__ import annotations

from pathlib import Path

from store.database import Database
from tests.webapp.site import Site, served


def test_pages_may_load_only_what_is_ours_and_are_not_kept(site: Site) -> None:
    ann = site.signed_in()
    for path in ("/", "/invoices/", "/nowhere"):
        headers = ann.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self';" in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers


def test_no_page_holds_a_script_or_style_of_its_own(site: Site) -> None:
    ann = site.signed_in()
    for path in ("/", "/invoices/", "/customers/", "/connections/", "/connect/stripe", "/history", "/settings"):
        text = ann.get(path).text
        assert " style=" not in text
        assert "<style" not in text
        assert text.count("<script") == text.count('<script type="module" src="/static/')
        assert " onclick" not in text


def test_a_one_time_link_is_told_to_nobody(site: Site) -> None:
    link = site.link(site.add_person("ann@acme.example", "owner"))
    assert site.visitor().get(link).headers["Referrer-Policy"] == "no-referrer"


def test_files_of_ours_are_kept_under_their_fingerprint(site: Site) -> None:
    page = site.visitor().get("/sign-in").text
    address = page.partition('stylesheet" href="')[2].partition('"')[0]
    answer = site.visitor().get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "set-cookie" not in answer.headers


def test_the_cookie_is_for_this_site_and_no_script(site: Site) -> None:
    cookie = site.visitor().get("/sign-in").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_https_the_cookie_and_the_address_stay_there(sqlite_database: Database, tmp_path: Path) -> None:
    with served(sqlite_database, tmp_path, TIEOUT_BASE_URL="https://books.example") as site:
        answer = site.visitor().get(
            "/sign-in", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        )
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-tieout=")
        assert "Secure" in cookie
