"""Settings, Posting: off at first; mode, accounts, who books what, limits, and the switch that stops it all."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.account import Account
from ledger.posting import Stop
from posting import ruling, stops
from posting.rules import FeePolicy, Kind, Mode, Role
from tests.webapp.matching.test_pages import replayed
from tests.webapp.posting.outbox import CLEARING, FEES, with_accounts
from tests.webapp.queue.test_acts import plain
from tests.webapp.site import Site, Visitor

HOME = "/settings/posting"


def rules_of(site: Site) -> Any:
    own = site.books.place
    with site.app.database.read() as connection:
        return ruling.load(connection, own.organisation_id, own.entity_id)


def press(person: Visitor, path: str, **data: str) -> str:
    content = {"csrf_token": person.token("/settings"), **data}
    return plain(person.session.post(person.base + path, data=content, timeout=180).text)


def rules_form(site: Site, **more: str) -> dict[str, str]:
    source = str(site.books.stripe.connection_id)
    return {
        "version": "0", "fees": "day", "since": "2026-01-01", "rounding_minor": "3",
        "role_0": "clearing", "source_0": source, "currency_0": "GBP", "account_0": CLEARING,
        "role_1": "processor_fee", "source_1": "", "currency_1": "", "account_1": FEES,
        f"poster_{source}_charge": "tieout", f"since_{source}_charge": "2026-03-01",
        f"poster_{source}_payout": "other", f"name_{source}_payout": "Synder",
        "limit_per_0": "month", "limit_currency_0": "gbp", "limit_most_0": "1,000",
        "second_per_0": "user", "second_currency_0": "GBP", "second_most_0": "200", **more,
    }  # fmt: skip


def test_off_at_first_and_it_says_what_each_mode_means(busy: Site) -> None:
    with_accounts(busy)
    shown = busy.signed_in().shown(HOME)
    assert "Posting is off" in shown
    assert "Nothing was set yet: posting is off." in shown
    assert "No replay was run yet" in shown
    assert "Replay the last 90 days under Settings, Matching first" in shown
    assert "Stripe clearing" in shown


def test_by_hand_at_once_and_automatic_only_after_a_replay_showed_its_figure(busy: Site) -> None:
    ann = busy.signed_in()
    with_accounts(busy)
    path = f"{HOME}/{busy.books.place.entity_id}/mode"
    assert "Posting to Acme Ltd is by hand." in press(ann, path, mode="by_hand")
    assert "Automatic posting stays off. Replay the last 90 days" in press(ann, path, mode="automatic")
    assert rules_of(busy)[0].mode is Mode.BY_HAND
    replayed(busy)
    assert "Would have been automatic" in ann.shown(HOME)
    assert "Posting to Acme Ltd is automatic." in press(ann, path, mode="automatic")
    assert rules_of(busy)[0].mode is Mode.AUTOMATIC
    assert "Posting is automatic now; it was by hand." in ann.shown(HOME)
    assert "Choose off, by hand or automatic" in press(ann, path, mode="always")


def test_setting_the_mode_leaves_what_was_typed_under_rules(busy: Site) -> None:
    ann = busy.signed_in()
    with_accounts(busy)
    own = f"{HOME}/{busy.books.place.entity_id}"
    typed = {"limit_currency_1": "eur", "limit_most_1": "12,5", "since": "2026-02-29"}
    shown = ann.post(f"{own}/mode", {**rules_form(busy, **typed), "mode": "by_hand"}, page=HOME)
    assert shown.status_code == 200
    assert "Posting to Acme Ltd is by hand." in shown.text
    assert "is not saved yet" in shown.text
    for value in ("eur", "12,5", "2026-02-29", "Synder"):
        assert f'value="{value}"' in shown.text
    assert 'name="version" value="1"' in shown.text
    assert rules_of(busy)[0].limits == ()
    assert "Version 2." in press(ann, f"{own}/rules", **rules_form(busy, version="1"))
    assert [(one.currency, one.most) for one in rules_of(busy)[0].limits] == [("GBP", 1000)]
    stale = ann.post(f"{own}/mode", {**rules_form(busy, rounding_minor="9"), "mode": "off"}, page=HOME)
    assert 'name="version" value="0"' in stale.text
    same = rules_form(busy, version="3")
    assert "is not saved yet" not in press(ann, f"{own}/mode", **same, mode="by_hand")


def test_what_the_books_have_against_a_suggestion_is_said_before_it_is_saved(busy: Site) -> None:
    with_accounts(busy)
    closed = Account(external_id="bank-fees", name="Bank fees", kind="expense", provider_type="EXPENSE", code="405")
    busy.books.put(busy.books.xero, closed)
    ann = busy.signed_in()
    assert "Xero does not let payments go to Bank fees." in ann.shown(HOME)
    page = ann.session.get(ann.base + HOME, timeout=180).text
    fees = page[page.index('aria-label="Account for Bank fees"') :]
    fees = fees[: fees.index("</select>")]
    assert "Debtors" not in fees
    assert "Bank fees" in fees
    assert "selected" not in fees, "saved unseen it would be refused later"


def test_rules_are_kept_as_versions(busy: Site) -> None:
    ann = busy.signed_in()
    with_accounts(busy)
    path = f"{HOME}/{busy.books.place.entity_id}/rules"
    assert "Version 1." in press(ann, path, **rules_form(busy))
    rules, version = rules_of(busy)
    source = str(busy.books.stripe.connection_id)
    assert version == 1
    assert rules.fees is FeePolicy.DAY
    found = rules.place(Role.CLEARING, source, "GBP")
    assert found is not None
    assert found.account == CLEARING
    assert [(one.kind, one.poster) for one in rules.bookings] == [(Kind.CHARGE, "tieout"), (Kind.PAYOUT, "Synder")]
    assert [(one.currency, one.most, one.per) for one in rules.limits] == [("GBP", 1000, "month")]
    assert "Stripe clearing" in ann.shown(f"{HOME}/{busy.books.place.entity_id}/versions/1")
    assert "nothing was changed" in press(ann, path, **rules_form(busy, version="1"))
    assert "Rules of posting, version 1" in ann.shown("/history")


def test_a_form_opened_before_somebody_else_saved_takes_nothing_back(busy: Site) -> None:
    ann = busy.signed_in()
    with_accounts(busy)
    path = f"{HOME}/{busy.books.place.entity_id}/rules"
    press(ann, path, **rules_form(busy))
    shown = press(ann, path, **rules_form(busy, rounding_minor="9"))
    assert "Somebody else has changed these rules meanwhile" in shown
    assert rules_of(busy)[0].rounding_minor == 3


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"account_0": "gone"}, "not in the chart any more"),
        ({"rounding_minor": "some"}, "Rounding must be a whole number"),
        ({"rounding_minor": "500"}, "from 0 to 100"),
        ({"limit_currency_0": "POUND"}, "no currency"),
        ({"limit_most_0": "0"}, "must be a whole amount above 0"),
        ({"since": "soon"}, "must be a date"),
        ({"fees": "never"}, "Choose when"),
    ],
)
def test_what_was_typed_wrongly_is_shown_again(busy: Site, typed: dict[str, str], words: str) -> None:
    ann = busy.signed_in()
    with_accounts(busy)
    shown = press(ann, f"{HOME}/{busy.books.place.entity_id}/rules", **rules_form(busy, **typed))
    assert words in shown
    assert rules_of(busy)[1] is None


def test_who_books_needs_a_first_day_and_a_name(busy: Site) -> None:
    ann = busy.signed_in()
    with_accounts(busy)
    source = str(busy.books.stripe.connection_id)
    path = f"{HOME}/{busy.books.place.entity_id}/rules"
    assert "Payments of customers: give the first day" in press(
        ann, path, **rules_form(busy, **{f"since_{source}_charge": ""})
    )
    assert "Name the app" in press(ann, path, **rules_form(busy, **{f"name_{source}_payout": " "}))


def test_one_press_stops_everything_and_an_owner_resumes(busy: Site) -> None:
    bert, ann = busy.signed_in("bookkeeper"), busy.signed_in("owner")
    own, organisation = busy.books.xero.connection_id, busy.books.place.organisation_id
    shown = press(bert, f"{HOME}/stop/{own}", reason="Wrong bank account.")
    assert "Posting to Acme Ltd is stopped." in shown
    assert "Wrong bank account." in shown
    assert "Resume posting" not in shown
    with busy.app.database.read() as connection:
        assert stops.standing(connection, organisation, own) is not None
    assert "Posting was stopped: Wrong bank account." in bert.shown("/history")
    assert "stopped" in bert.shown("/connections/")
    refused = bert.post(f"{HOME}/resume/{own}", page="/settings")
    assert refused.status_code == 403
    assert "Posting to Acme Ltd goes on." in press(ann, f"{HOME}/resume/{own}")
    assert "resumed it already" in press(ann, f"{HOME}/resume/{own}")


def test_a_source_that_another_app_books_is_said_and_resumed(busy: Site) -> None:
    ann = busy.signed_in()
    own, organisation = busy.books.stripe.connection_id, busy.books.place.organisation_id
    stops.stop(
        busy.app.database, organisation, own, kind=Stop.POSTER, reason="Synder booked 3 payouts.", by="posting",
        now=busy.books.now(),
    )  # fmt: skip
    for path in (HOME, "/posting/"):
        shown = ann.shown(path)
        assert "Posting paused: another app books the same. Synder booked 3 payouts." in shown
        assert "who books this from now on" in shown
    assert "Posting from Acme Ltd goes on." in press(ann, f"{HOME}/resume/{own}")
    assert "Synder booked" not in ann.shown("/posting/")


def test_a_ledger_with_records_that_nobody_knows_here_says_what_to_do_with_them(busy: Site) -> None:
    ann = busy.signed_in()
    own, organisation = busy.books.xero.connection_id, busy.books.place.organisation_id
    stops.stop(
        busy.app.database, organisation, own, kind=Stop.POSTER, reason="Acme Ltd holds payments of another Tieout.",
        by="posting", now=busy.books.now(),
    )  # fmt: skip
    for path in (HOME, "/posting/"):
        shown = ann.shown(path)
        assert "Posting paused: the books hold records of Tieout's" in shown
        assert "Give up under Ready what the books hold already." in shown
        assert "who books this from now on" not in shown


@pytest.mark.parametrize("role", ["bookkeeper", "approver", "auditor"])
def test_only_an_owner_changes_it(busy: Site, role: str) -> None:
    person = busy.signed_in(role)
    own = busy.books.place.entity_id
    assert "An owner sets the mode" in person.shown(HOME)
    for path in (f"{own}/mode", f"{own}/rules"):
        assert person.post(f"{HOME}/{path}", {"mode": "automatic"}, page="/settings").status_code == 403
    assert rules_of(busy)[1] is None


def test_another_organisations_books_are_not_there(busy: Site) -> None:
    ann = busy.signed_in()
    theirs = busy.others.place
    assert ann.get(f"{HOME}?entity={theirs.entity_id}").status_code == 404
    assert ann.post(f"{HOME}/{theirs.entity_id}/mode", {"mode": "off"}, page="/settings").status_code == 404
    assert ann.post(f"{HOME}/stop/{theirs.entity_id}", page="/settings").status_code == 404
    assert ann.get(f"{HOME}/{busy.books.place.entity_id}/versions/7").status_code == 404
