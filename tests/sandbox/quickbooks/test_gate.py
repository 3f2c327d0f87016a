"""Who may call, how often, and what a bad day looks like."""

from __future__ import annotations

import requests

from sandbox.core.clock import SandboxClock
from sandbox.core.limits import Window
from sandbox.quickbooks.stand import LIMITS, QuickBooksStand
from tests.sandbox.quickbooks.office import COMPANY, TIMEOUT, Office


def test_without_a_token_the_answer_is_in_lower_case(office: Office) -> None:
    answer = requests.get(f"{office.url}/v3/company/{office.realm}/preferences", timeout=TIMEOUT)
    assert answer.status_code == 401
    assert answer.json()["fault"]["error"][0]["message"].endswith("statusCode=401")
    assert "Fault" not in answer.json()


def test_a_token_is_for_one_company(office: Office, stand: QuickBooksStand) -> None:
    other = stand.add_company(COMPANY)
    office.realm = other
    answer = office.get("preferences")
    assert (answer.status, answer.body["fault"]["type"]) == (403, "AUTHORIZATION")


def test_more_than_ten_calls_in_a_second_are_throttled(office: Office, clock: SandboxClock) -> None:
    office.stand.limits.configure(LIMITS)
    statuses = [office.get("preferences").status for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    throttled = office.get("preferences")
    assert throttled.code == "3001"
    assert "Retry-After" not in throttled.headers
    clock.advance(1)
    assert office.get("preferences").status == 200


def test_forty_batches_a_minute(office: Office, clock: SandboxClock) -> None:
    office.stand.batch_limits.configure({"minute": Window(2, 60)})
    body = {"BatchItemRequest": [{"bId": "1", "Query": "SELECT COUNT(*) FROM Invoice"}]}
    assert [office.post("batch", body).status for _ in range(3)] == [200, 200, 429]
    clock.advance(60)
    assert office.post("batch", body).status == 200


def test_mishaps_answer_in_the_products_shapes(office: Office) -> None:
    mishaps = office.stand.mishaps
    mishaps.add("xml429", "/query")
    throttled = office.post("query", "SELECT * FROM Invoice")
    assert (throttled.status, throttled.headers["Content-Type"]) == (429, "application/xml")
    mishaps.add("429", "/query")
    assert office.post("query", "SELECT * FROM Invoice").code == "3001"
    mishaps.add("500", "/query")
    assert office.post("query", "SELECT * FROM Invoice").code == "10000"
    mishaps.add("expired", "/query")
    assert office.post("query", "SELECT * FROM Invoice").status == 401
    assert office.post("query", "SELECT * FROM Invoice").status == 401  # the token is dead, not the call
    office.token = office.stand.tokens(office.realm).access_token
    assert office.post("query", "SELECT * FROM Invoice").status == 200


def test_control_answers_for_the_company(office: Office) -> None:
    counts = requests.get(f"{office.url}/_control/counts", params={"tenant": office.realm}, timeout=TIMEOUT).json()
    assert counts["Invoice"] == 5
    truth = requests.get(
        f"{office.url}/_control/truth", params={"tenant": office.realm, "on": "2026-11-20"}, timeout=TIMEOUT
    ).json()
    assert truth["control_account"] == "250.27"
    wrong = requests.get(f"{office.url}/_control/counts", params={"tenant": "0"}, timeout=TIMEOUT)
    assert (wrong.status_code, office.realm in wrong.json()["error"]) == (400, True)
