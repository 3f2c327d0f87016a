"""Who may call, how often, and calls that are repeated."""

from __future__ import annotations

import pytest

from sandbox.core.clock import SandboxClock
from sandbox.core.limits import Window
from sandbox.world import plan
from sandbox.xero.organisations import APP_LIMITS, IN_FLIGHT, LIMITS
from tests.sandbox.xero.office import TODAY, Office


def test_a_token_is_needed_and_lives_half_an_hour(office: Office, clock: SandboxClock) -> None:
    assert office.get("Accounts").status == 200
    assert office.get("Accounts", headers={"Authorization": "Bearer nobody"}).status == 401
    clock.advance(1801)
    answer = office.get("Accounts")
    assert answer.status == 401
    assert answer.body["Title"] == "Unauthorized"


def test_the_organisation_must_be_named_and_connected(office: Office) -> None:
    assert office.get("Accounts", headers={"xero-tenant-id": ""}).status == 403
    other = office.stand.add_company(plan.Company("other", "Other Ltd", "GB", "GBP", "Europe/London"))
    assert office.get("Accounts", headers={"xero-tenant-id": other}).status == 403
    office.stand.tokens(other)
    # A token is a person's: it reaches whatever that person has connected since.
    assert office.get("Organisation", headers={"xero-tenant-id": other}).body["Organisations"][0]["Name"] == "Other Ltd"


def test_scopes_bound_what_a_token_reads_and_writes(office: Office) -> None:
    scope = "offline_access accounting.invoices.read accounting.payments accounting.reports.trialbalance.read"
    office.token = office.stand.tokens(office.tenant, scope).access_token
    assert office.get("Invoices").status == 200
    assert office.get("Payments").status == 200
    assert office.get("Contacts").status == 403
    assert office.get("Reports/TrialBalance").status == 200
    assert office.get("Reports/BalanceSheet").status == 403
    assert office.put("Invoices", {}).status == 403
    assert office.pay("inv-2", "1.00").status == 200


def test_sixty_calls_a_minute(office: Office, clock: SandboxClock) -> None:
    office.stand.limits.configure(LIMITS, IN_FLIGHT)
    office.stand.app_limits.configure(APP_LIMITS)
    first = office.get("Currencies")
    assert first.headers["X-MinLimit-Remaining"] == "59"
    assert first.headers["X-DayLimit-Remaining"] == "4999"
    assert first.headers["X-AppMinLimit-Remaining"] == "9999"
    for _ in range(59):
        last = office.get("Currencies")
    assert last.headers["X-MinLimit-Remaining"] == "0"
    refused = office.get("Currencies")
    assert refused.status == 429
    assert refused.headers["X-Rate-Limit-Problem"] == "minute"
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 60
    clock.advance(wait)
    assert office.get("Currencies").status == 200


def test_the_day_and_the_app_have_limits_too(office: Office) -> None:
    office.stand.limits.configure({"minute": Window(60, 60), "day": Window(1, 86400)})
    assert office.get("Currencies").status == 200
    refused = office.get("Currencies")
    assert refused.headers["X-Rate-Limit-Problem"] == "day"
    assert int(refused.headers["Retry-After"]) > 60
    office.stand.limits.configure({})
    office.stand.app_limits.configure({"minute": Window(1, 60)})
    office.get("Currencies")
    assert office.get("Currencies").headers["X-Rate-Limit-Problem"] == "appminute"


def test_too_many_at_once_has_no_time_to_wait(office: Office) -> None:
    office.stand.limits.configure({}, 1)
    assert office.stand.limits.enter(office.tenant).allowed
    refused = office.get("Currencies")
    assert refused.headers["X-Rate-Limit-Problem"] == "concurrent"
    assert "Retry-After" not in refused.headers
    office.stand.limits.leave(office.tenant)
    assert office.get("Currencies").status == 200
    assert office.get("Currencies").status == 200  # each call gave its place back


def test_only_json_is_spoken(office: Office) -> None:
    assert office.get("Currencies", headers={"Accept": "application/xml"}).status == 406


class TestIdempotency:
    def _pay(self, office: Office, key: str, amount: str = "10.00") -> tuple[int, object]:
        body = {"Invoice": {"InvoiceID": office.id("inv-2")}, "Account": {"Code": "090"}, "Date": TODAY.isoformat()}
        answer = office.put("Payments", {**body, "Amount": float(amount)}, headers={"Idempotency-Key": key})
        return answer.status, answer.raw

    def test_a_repeat_gets_the_first_answer_and_writes_nothing(self, office: Office) -> None:
        first = self._pay(office, "k-1")
        assert self._pay(office, "k-1") == first
        assert office.one("Invoices", "inv-2")["AmountPaid"] == 110
        assert self._pay(office, "k-2")[0] == 200
        assert office.one("Invoices", "inv-2")["AmountPaid"] == 120

    def test_another_body_under_the_key_is_refused(self, office: Office) -> None:
        self._pay(office, "k-1")
        assert self._pay(office, "k-1", "11.00")[0] == 400
        assert office.one("Invoices", "inv-2")["AmountPaid"] == 110

    def test_errors_are_given_again(self, office: Office) -> None:
        refused = self._pay(office, "k-1", "1000.00")
        assert refused[0] == 400
        office.change("edit_invoice", invoice="inv-3", due_on="2027-01-01")
        assert self._pay(office, "k-1", "1000.00") == refused

    def test_a_key_lives_six_minutes(self, office: Office, clock: SandboxClock) -> None:
        self._pay(office, "k-1")
        clock.advance(359)
        self._pay(office, "k-1")
        assert office.one("Invoices", "inv-2")["AmountPaid"] == 110
        clock.advance(1)
        self._pay(office, "k-1")
        assert office.one("Invoices", "inv-2")["AmountPaid"] == 120

    def test_a_key_has_its_length(self, office: Office) -> None:
        assert self._pay(office, "k" * 129)[0] == 400
        assert self._pay(office, "k" * 128)[0] == 200


@pytest.mark.parametrize(
    ("kind", "status"), [("429", 429), ("500", 500), ("expired", 401), ("html", 200), ("malformed", 200)]
)
def test_mishaps(office: Office, kind: str, status: int) -> None:
    office.stand.mishaps.add(kind, "Accounts")
    answer = office.call("GET", "Currencies")
    assert answer.status == 200
    if kind == "malformed":
        office.stand.mishaps.clear()
        return
    answer = office.get("Accounts")
    assert answer.status == status
    if kind == "429":
        assert answer.headers["X-Rate-Limit-Problem"] == "minute"


def test_the_journal_names_tenant_and_kind(office: Office) -> None:
    office.get("Invoices", page=1)
    entry = office.stand.journal.entries()[-1]
    assert (entry.tenant, entry.kind, entry.status, entry.method) == (office.tenant, "Invoices", 200, "GET")
    assert entry.bytes > 500
