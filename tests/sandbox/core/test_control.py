"""The control paths and the journal, over real HTTP."""

from datetime import UTC, datetime

import requests

from sandbox.core.server import Served
from tests.sandbox.core.probe import Probe


def test_the_journal_names_each_call_and_spares_control(served: Served, http: requests.Session) -> None:
    size = len(http.get(f"{served.url}/books/invoices?page=2", timeout=180).content)
    http.get(f"{served.url}/nowhere", timeout=180)
    entries = http.get(f"{served.url}/_control/journal", timeout=180).json()
    assert [(one["method"], one["path"], one["kind"], one["status"]) for one in entries] == [
        ("GET", "/books/invoices?page=2", "invoices", 200),
        ("GET", "/nowhere", None, 404),
    ]
    assert (entries[0]["provider"], entries[0]["tenant"], entries[0]["bytes"]) == ("probe", "co-1", size)
    http.delete(f"{served.url}/_control/journal", timeout=180)
    assert http.get(f"{served.url}/_control/journal", timeout=180).json() == []


def test_counts_and_truth_come_from_the_stand_in(served: Served, http: requests.Session) -> None:
    assert http.get(f"{served.url}/_control/counts?tenant=co-1", timeout=180).json() == {"invoices": 50}
    truth = http.get(f"{served.url}/_control/truth?tenant=co-1&on=2026-02-28", timeout=180).json()
    assert truth["on"] == "2026-02-28"


def test_bad_input_answers_400_with_a_sentence(served: Served, http: requests.Session) -> None:
    assert http.get(f"{served.url}/_control/counts", timeout=180).json() == {"error": "tenant is missing"}
    assert http.get(f"{served.url}/_control/counts?tenant=x", timeout=180).status_code == 400
    assert http.post(f"{served.url}/_control/mishaps", json={"kind": "flood"}, timeout=180).status_code == 400
    assert (
        http.post(f"{served.url}/_control/mishaps", json={"kind": "500", "path": "("}, timeout=180).status_code == 400
    )
    assert http.post(f"{served.url}/_control/change", data="x", timeout=180).status_code == 400


def test_mishaps_come_and_go_over_http(served: Served, http: requests.Session) -> None:
    http.post(f"{served.url}/_control/mishaps", json={"kind": "500", "path": "books", "times": None}, timeout=180)
    assert http.get(f"{served.url}/books/x", timeout=180).status_code == 500
    assert http.get(f"{served.url}/_control/mishaps", timeout=180).json() == [
        {"kind": "500", "path": "books", "done": 1}
    ]
    http.delete(f"{served.url}/_control/mishaps", timeout=180)
    assert http.get(f"{served.url}/books/x", timeout=180).status_code == 200


def test_the_clock_is_set_and_moved(probe: Probe, served: Served, http: requests.Session) -> None:
    http.post(f"{served.url}/_control/clock", json={"now": "2026-05-01T00:00:00Z"}, timeout=180)
    http.post(f"{served.url}/_control/clock", json={"advance_seconds": 60}, timeout=180)
    assert probe.clock.now() == datetime(2026, 5, 1, 0, 1, tzinfo=UTC)


def test_limits_and_webhooks_are_turned_from_outside(probe: Probe, served: Served, http: requests.Session) -> None:
    wanted = {"windows": {"minute": {"calls": 5, "seconds": 60}}, "in_flight": 1}
    http.post(f"{served.url}/_control/limits", json=wanted, timeout=180)
    assert probe.limits.windows["minute"].calls == 5
    http.post(f"{served.url}/_control/webhooks", json={"url": "http://127.0.0.1:9/h", "secret": "k"}, timeout=180)
    http.post(f"{served.url}/_control/webhooks", json={"reverse": True}, timeout=180)
    assert [receiver.url for receiver in probe.webhooks.receivers()] == ["http://127.0.0.1:9/h"]
    assert probe.webhooks.reverse
    elsewhere = http.post(f"{served.url}/_control/webhooks", json={"url": "http://example.com/h"}, timeout=180)
    assert elsewhere.status_code == 400
    assert "loopback only" in elsewhere.json()["error"]


def test_a_change_reaches_the_stand_in(probe: Probe, served: Served, http: requests.Session) -> None:
    reply = http.post(f"{served.url}/_control/change", json={"tenant": "co-1", "verb": "pay", "id": "7"}, timeout=180)
    assert reply.json() == {"done": "pay"}
    assert probe.changed == [("co-1", "pay", {"id": "7"})]
