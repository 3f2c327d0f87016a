"""Who may call and how often."""

from sandbox.core.clock import SandboxClock
from sandbox.core.limits import Window
from sandbox.core.server import Served
from sandbox.xero.desk.gate import APP_WINDOW
from sandbox.xero.desk.stand import APP_LIMITS, IN_FLIGHT, LIMITS, XeroStand
from tests.sandbox.xero.desk.office import COMPANY, Office


def test_the_tenant_header_must_name_a_connected_organisation(office: Office, stand: XeroStand) -> None:
    other = stand.add_company(COMPANY)
    assert office.get("Organisation").status == 200
    assert office.get("Organisation", {"xero-tenant-id": ""}).status == 403
    assert office.get("Organisation", {"xero-tenant-id": other}).status == 403


def test_a_token_ends_after_half_an_hour(office: Office, clock: SandboxClock) -> None:
    clock.advance(1799)
    assert office.get("Organisation").status == 200
    clock.advance(1)
    refused = office.get("Organisation")
    assert refused.status == 401
    assert refused.body["Title"] == "Unauthorized"


def test_a_scope_opens_its_kinds_alone(office: Office, stand: XeroStand) -> None:
    office.token = stand.oauth.issue(office.tenant, "accounting.invoices.read").access_token
    assert office.get("Invoices").status == 200
    assert office.get("Payments").status == 403
    assert office.get("Reports/TrialBalance").status == 403
    assert office.post("Invoices", {"Invoices": [{}]}).status == 403


def test_every_reply_says_what_is_left_and_the_minute_ends_in_429(stand: XeroStand, office: Office) -> None:
    stand.limits.configure(LIMITS, IN_FLIGHT)
    stand.app_limits.configure(APP_LIMITS)
    first = office.get("Organisation")
    assert first.headers["X-MinLimit-Remaining"] == "59"
    assert first.headers["X-DayLimit-Remaining"] == "4999"
    assert first.headers["X-AppMinLimit-Remaining"] == "9999"
    answers = [office.get("Organisation") for _ in range(60)]
    assert [answer.status for answer in answers] == [200] * 59 + [429]
    assert answers[-1].headers["X-Rate-Limit-Problem"] == "minute"
    wait = int(answers[-1].headers["Retry-After"])
    assert 1 <= wait <= 60
    stand.clock.advance(wait)
    assert office.get("Organisation").status == 200


def test_the_day_and_the_app_have_limits_of_their_own(stand: XeroStand, office: Office) -> None:
    stand.limits.configure({"day": Window(1, 86400)})
    assert office.get("Organisation").status == 200
    assert office.get("Organisation").headers["X-Rate-Limit-Problem"] == "day"
    stand.limits.configure({})
    stand.app_limits.configure({APP_WINDOW: Window(1, 60)})
    assert office.get("Organisation").status == 200
    assert office.get("Organisation").headers["X-Rate-Limit-Problem"] == "appminute"


def test_too_many_at_once_are_refused_without_a_wait(stand: XeroStand, office: Office) -> None:
    stand.limits.configure({}, in_flight=0)
    refused = office.get("Organisation")
    assert refused.status == 429
    assert refused.headers["X-Rate-Limit-Problem"] == "concurrent"
    assert "Retry-After" not in refused.headers


def test_mishaps_come_in_xeros_shape(stand: XeroStand, office: Office, served: Served) -> None:
    stand.mishaps.add("429", "Invoices", seconds=7)
    throttled = office.get("Invoices")
    assert (throttled.status, throttled.headers["Retry-After"]) == (429, "7")
    stand.mishaps.add("500", "Invoices")
    assert office.get("Invoices").status == 500
    stand.mishaps.add("expired", "Invoices")
    assert office.get("Invoices").status == 401
    assert office.get("Invoices").status == 401  # the token is gone for good


def test_what_is_not_there_is_404(office: Office) -> None:
    assert office.get("Nonsense").status == 404
    assert office.get("Invoices/11111111-1111-4111-8111-111111111111").status == 404
    assert office.call("PATCH", "Invoices").status == 405
