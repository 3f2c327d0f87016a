"""Settings, Matching: proof, replay, switches, rules and versions; who may, and what is said where it cannot be."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reconcile.books import replay
from reconcile.books.policies import followed
from tests.reconcile.books.books import DAY, applied, invoice, payment
from tests.webapp.site import Site, Visitor

HOME = "/settings/matching"
CODE = "number"  # what the replayed payments below rest on
RULES = {
    "rounding_minor": "5", "discount_grace_days": "3", "fee_share": "10", "fee_rails_0": "wire, not stated",
    "fee_most_0": "50", "cap_currency_0": "gbp", "cap_most_0": "1,000", "second_currency_0": "GBP", "second_most_0": "5000",
    "rounding_rails_0": "cash", "rounding_most_0": "10",
}  # fmt: skip


def replayed(site: Site, count: int = 31, first: int = 7001) -> None:
    """So many payments that the books have applied to the invoice they name, once more."""
    books = site.books
    on = site.clock.now().date()
    numbers = [f"INV-{first + n}" for n in range(count)]
    books.put(books.xero, *(invoice(name, 4000 + 7 * n, left=0, issued_on=DAY) for n, name in enumerate(numbers)))
    for n, name in enumerate(numbers):
        minor = 4000 + 7 * n
        paid = payment(f"p{n}", minor, reference=name, paid_on=on.replace(day=1))
        books.put(books.xero, paid, replace(applied(f"p{n}", name, minor), applied_on=paid.paid_on))
    own = books.place.organisation_id
    replay_id = replay.ask(site.app.database, own, today=on, actor="ann", now=site.books.now())
    replay.run(site.app.database, own, replay_id, site.clock.now)


def press(person: Visitor, path: str, **data: str) -> str:
    answer = person.session.post(
        person.base + path, data={"csrf_token": person.token(HOME), **data}, timeout=180, allow_redirects=True
    )
    return answer.text


def test_off_at_first_and_each_class_says_what_is_missing(busy: Site) -> None:
    shown = busy.signed_in().shown(HOME)
    assert "Automatic decisions are off" in shown
    assert "No replay was run yet" in shown
    assert "Replay the last 90 days first" in shown
    assert "Not proved on the benchmark" in shown
    assert not re.search(r"\b(oldest_first|unattended|fee_rules)\b", shown)  # no raw names


def test_from_a_replay_to_a_match_that_nobody_looked_at(busy: Site) -> None:
    ann = busy.signed_in()
    assert "Replay the last 90 days first" in press(ann, f"{HOME}/classes/{CODE}", on="yes")
    replayed(busy)
    assert "0 wrong of 3" in ann.shown(HOME)
    assert "Switched on" in press(ann, f"{HOME}/classes/{CODE}", on="yes")
    assert "Set a cap" in press(ann, f"{HOME}/automatic", on="yes")
    assert "Policy version 3" in press(ann, f"{HOME}/rules", **RULES)
    assert "Automatic decisions are off until a replay" not in ann.shown(HOME)
    replayed_again = press(ann, f"{HOME}/automatic", on="yes")
    assert "rules were changed" in replayed_again  # wire and not stated alone is another rule than the shipped one
    own = busy.books.place.organisation_id
    replay_id = replay.ask(busy.app.database, own, today=busy.clock.now().date(), actor="ann", now=busy.books.now())
    replay.run(busy.app.database, own, replay_id, busy.clock.now)
    assert "Automatic decisions are on" in press(ann, f"{HOME}/automatic", on="yes")
    assert busy.books.reconcile().decided == 3
    receipt = ann.shown(f"/receipts/{busy.books.receipt('ch_1').id}")
    assert "Accepted by the policy, version 4; nobody looked" in receipt
    assert "proved" in receipt
    assert "Policy version 4" in ann.shown(f"{HOME}/versions/4")


def test_a_replays_cases_can_each_be_opened(busy: Site) -> None:
    ann = busy.signed_in()
    replayed(busy, 3)
    books = busy.books
    on = busy.clock.now().date().replace(day=2)
    books.put(
        books.xero, invoice("INV-8001", 81_234, issued_on=DAY), invoice("INV-8002", 81_234, left=0, issued_on=DAY)
    )
    paid = payment("wrong", 81_234, reference="INV-8001", paid_on=on)
    books.put(books.xero, paid, replace(applied("wrong", "INV-8002", 81_234), applied_on=on))
    replayed(busy, 3)
    page = ann.get(HOME).text
    address = re.search(rf'href="({HOME}/replays/[0-9a-f-]+\?verdict=wrong)"', page)
    assert address
    listed = ann.get(address.group(1)).text
    case = re.search(rf'href="({HOME}/replays/[0-9a-f-]+/\d+)"', listed)
    assert case
    shown = ann.shown(case.group(1))
    assert "Would have been wrong" in shown
    assert "INV-8001" in shown
    assert "What was right, by the books" in shown
    assert "1 of" in press(ann, f"{HOME}/classes/{CODE}", on="yes")
    stranger = ann.get(address.group(1).replace("/replays/", "/replays/0000")[:80])
    assert stranger.status_code == 404


def test_what_was_typed_wrongly_is_shown_again(busy: Site) -> None:
    ann = busy.signed_in()
    shown = press(ann, f"{HOME}/rules", **{**RULES, "cap_currency_0": "POUNDS"})
    assert "no currency" in shown
    assert 'value="POUNDS"' in shown
    assert "must be a whole number" in press(ann, f"{HOME}/rules", **{**RULES, "rounding_minor": "many"})
    with busy.app.database.read() as connection:
        assert followed(connection, busy.books.place.organisation_id).version == "1"


@pytest.mark.parametrize("role", ["bookkeeper", "approver", "auditor"])
def test_only_an_owner_changes_it(busy: Site, role: str) -> None:
    person = busy.signed_in(role)
    assert "An owner changes the rules" in person.shown(HOME)
    token = person.token("/")
    for path in ("rules", "automatic", f"classes/{CODE}", "replays"):
        answer = person.session.post(f"{person.base}{HOME}/{path}", data={"csrf_token": token}, timeout=180)
        assert answer.status_code == 403


def test_without_the_pages_token_nothing_is_changed(busy: Site) -> None:
    ann = busy.signed_in()
    answer = ann.session.post(f"{ann.base}{HOME}/automatic", data={"on": "yes"}, timeout=180)
    assert answer.status_code == 400


def test_learnt_signs_are_forgotten_and_remembered(busy: Site) -> None:
    ann = busy.signed_in()
    for name in ("ch_1", "ch_2"):
        match = busy.books.proposals(name)[0]
        busy.books.deciding().accept(match.id, seen=busy.books.receipt(name).revision, now=busy.books.now())
    page = next(
        path
        for path in re.findall(r'href="(/customers/[0-9a-f-]{36})"', ann.get("/customers/").text)
        if "Bob" in ann.shown(path) and "BOBLTD" in ann.shown(path).replace(" ", "").upper()
    )
    text = ann.get(page).text
    assert "Counts" in text
    form = text.partition('name="kind" value="alias"')[2]
    value = re.search(r'name="value" value="([^"]+)"', form)
    assert value
    press(ann, f"{page}/forget", kind="alias", value=value.group(1))
    after = ann.get(page).text
    assert "Forgotten by owner@acme.example" in after
    again = re.search(r'action="(/customers/[^"]+/remember)"', after)
    assert again
    press(ann, again.group(1))
    assert "Forgotten by" not in ann.get(page).text
