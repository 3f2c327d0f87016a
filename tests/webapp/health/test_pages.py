"""Alive, ready, and counts for this machine alone."""

from __future__ import annotations

from tests.webapp.site import Site


def test_alive_and_ready_need_no_sign_in(site: Site) -> None:
    stranger = site.visitor()
    assert stranger.get("/healthz").text == "ok\n"
    ready = stranger.get("/readyz")
    assert (ready.status_code, ready.text) == (200, "database ok\nqueue ok\n")


def test_metrics_count_without_names_or_amounts(busy: Site) -> None:
    text = busy.visitor().get("/metrics").text
    assert 'tieout_receipts{status="matched"} 3' in text
    assert 'tieout_connections{provider="xero",state="healthy"} 2' in text
    assert "Bob" not in text


def test_metrics_are_not_for_those_behind_a_proxy(site: Site) -> None:
    assert site.visitor().get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
