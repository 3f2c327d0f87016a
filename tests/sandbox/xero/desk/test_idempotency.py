"""Idempotency keys."""

from sandbox.core.clock import SandboxClock
from tests.sandbox.xero.desk.office import Office

KEY = {"Idempotency-Key": "k-1"}


def _payments(office: Office) -> int:
    return office.stand.counts(office.tenant)["Payments"]


def test_a_repeat_gets_the_first_answer(office: Office) -> None:
    before = _payments(office)
    first, second = office.pay("inv-2", "5.00", KEY), office.pay("inv-2", "5.00", KEY)
    assert first.body["Payments"][0]["PaymentID"] == second.body["Payments"][0]["PaymentID"]
    assert _payments(office) == before + 1


def test_another_body_or_address_is_refused(office: Office) -> None:
    office.pay("inv-2", "5.00", KEY)
    before = _payments(office)
    assert office.pay("inv-2", "6.00", KEY).status == 400
    assert office.put("Contacts", {"Contacts": [{"Name": "Elm"}]}, KEY).status == 400
    assert _payments(office) == before


def test_an_error_is_repeated_even_when_the_cause_is_gone(office: Office) -> None:
    assert office.pay("inv-9", "15.01", KEY).status == 400
    office.change("edit_invoice", invoice="inv-9", amount="20.00")
    assert office.pay("inv-9", "15.01", KEY).status == 400
    assert office.pay("inv-9", "15.01", {"Idempotency-Key": "k-2"}).status == 200


def test_a_key_lives_six_minutes(office: Office, clock: SandboxClock) -> None:
    before = _payments(office)
    office.pay("inv-2", "5.00", KEY)
    clock.advance(359)
    office.pay("inv-2", "5.00", KEY)
    assert _payments(office) == before + 1
    clock.advance(1)
    office.pay("inv-2", "5.00", KEY)
    assert _payments(office) == before + 2


def test_a_cut_reply_is_the_case_for_a_key(office: Office) -> None:
    """The write was done although its answer was lost."""
    office.stand.mishaps.add("malformed", "Payments")
    before = _payments(office)
    broken = office.call_raw("PUT", "Payments", office.payment("inv-2", "5.00"), KEY)
    assert not broken.text.endswith("}")
    assert office.pay("inv-2", "5.00", KEY).status == 200
    assert _payments(office) == before + 1


def test_a_key_has_at_most_128_characters(office: Office) -> None:
    assert office.pay("inv-2", "5.00", {"Idempotency-Key": "k" * 128}).status == 200
    assert office.pay("inv-2", "5.00", {"Idempotency-Key": "k" * 129}).status == 400
