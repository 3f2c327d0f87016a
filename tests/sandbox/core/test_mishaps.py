"""Each fault over real HTTP."""

import http.client
import json

import pytest
import requests

from sandbox.core.server import Served
from tests.sandbox.core.probe import Probe

PATH = "/books/invoices"


def _get(http: requests.Session, served: Served, path: str = PATH) -> requests.Response:
    return http.get(served.url + path, timeout=180)


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("expired", 401), ("xml429", 429)])
def test_a_refusal_comes_once_and_then_the_truth(
    probe: Probe, served: Served, http: requests.Session, kind: str, status: int
) -> None:
    probe.mishaps.add(kind)
    assert _get(http, served).status_code == status
    assert len(_get(http, served).json()["rows"]) == 50


def test_the_shapes_of_refusals(probe: Probe, served: Served, http: requests.Session) -> None:
    probe.mishaps.add("429", headers={"Retry-After": "7", "X-Rate-Limit-Problem": "minute"})
    throttled = _get(http, served)
    assert throttled.headers["Retry-After"] == "7"
    assert throttled.headers["X-Rate-Limit-Problem"] == "minute"
    probe.mishaps.add("expired")
    assert _get(http, served).json() == {"title": "Unauthorized"}  # the stand-in's own words
    probe.mishaps.add("xml429")
    assert _get(http, served).text.startswith("<?xml")


def test_slow_is_late_but_true(probe: Probe, served: Served, http: requests.Session) -> None:
    probe.mishaps.add("slow", seconds=3)
    assert len(_get(http, served).json()["rows"]) == 50
    assert probe.slept == [3]


def test_html_comes_with_status_200(probe: Probe, served: Served, http: requests.Session) -> None:
    probe.mishaps.add("html")
    reply = _get(http, served)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].startswith("text/html")


def test_hollow_is_an_object_of_nothing(probe: Probe, served: Served, http: requests.Session) -> None:
    probe.mishaps.add("hollow")
    reply = _get(http, served)
    assert (reply.status_code, reply.headers["Content-Type"], reply.json()) == (200, "application/json", {})
    assert len(_get(http, served).json()["rows"]) == 50


def test_malformed_is_half_the_json(probe: Probe, served: Served, http: requests.Session) -> None:
    probe.mishaps.add("malformed")
    reply = _get(http, served)
    assert reply.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.text)
    assert len(_get(http, served).json()["rows"]) == 50


def test_cut_promises_more_than_it_sends(probe: Probe, served: Served) -> None:
    probe.mishaps.add("cut")
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=180)
    connection.request("GET", PATH)
    reply = connection.getresponse()
    promised = int(reply.headers["Content-Length"])
    with pytest.raises(http.client.IncompleteRead) as short:
        reply.read()
    assert 0 < len(short.value.partial) < promised
    connection.close()
    connection.request("GET", PATH)
    assert len(json.loads(connection.getresponse().read())["rows"]) == 50
    connection.close()


def test_lost_does_the_work_and_says_nothing_of_it(probe: Probe, served: Served, http: requests.Session) -> None:
    probe.mishaps.add("lost")
    reply = _get(http, served)
    assert (reply.status_code, reply.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert "Bad Gateway" in reply.text


def test_path_times_and_every_choose_the_calls(probe: Probe, served: Served, http: requests.Session) -> None:
    probe.mishaps.add("500", r"payments\?page=2", times=2)
    assert _get(http, served).status_code == 200
    assert [_get(http, served, "/books/payments?page=2").status_code for _ in range(3)] == [500, 500, 200]
    probe.mishaps.add("429", "invoices", times=None, every=3)
    assert [_get(http, served).status_code for _ in range(6)] == [200, 200, 429, 200, 200, 429]
    probe.mishaps.clear()
    assert [_get(http, served).status_code for _ in range(3)] == [200, 200, 200]


def test_control_is_spared(probe: Probe, served: Served, http: requests.Session) -> None:
    probe.mishaps.add("500", times=None)
    assert _get(http, served, "/_control/counts?tenant=co-1").status_code == 200


def test_an_unknown_kind_is_refused(probe: Probe) -> None:
    with pytest.raises(ValueError, match="known: 429"):
        probe.mishaps.add("flood")
