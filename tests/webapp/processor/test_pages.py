"""What people say of a processor's money: what is offered, who may, what two tabs do to each other, and the proofs."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select

from store.audit import entries, first_broken
from store.queries import processor
from store.tables.posting import postings
from tests.webapp.processor.conftest import transaction, write
from tests.webapp.site import Site, Visitor

HOME = "/processor/"
_SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


def page_of(own: UUID) -> str:
    return f"{HOME}?at={own}"


def seen(visitor: Visitor, page: str) -> str:
    found = _SEEN.search(visitor.get(page).text)
    assert found, f"{page} has no form"
    return found.group(1)


def say(visitor: Visitor, own: UUID, treatment: str, **data: Any) -> Any:
    page = page_of(own)
    given = {"treatment": treatment, "seen": seen(visitor, page), **data}
    return visitor.post(f"{HOME}{own}/say", given, page=page)


def word(site: Site, own: UUID) -> Any:
    with site.app.database.read() as connection:
        return processor.said(connection, site.books.place.organisation_id).get(own)


def whats(site: Site) -> dict[str, Any]:
    with site.app.database.read() as connection:
        return {row.choices.get("what", ""): row for row in connection.execute(select(postings))}


def test_what_waits_is_listed_with_its_reason_and_the_rest_stands_behind_tabs(money: Site) -> None:
    visitor = money.signed_in("auditor")
    shown = visitor.shown(HOME)
    assert "Waits for you 3" in shown
    assert "The dispute was lost" in shown
    assert "End the lost dispute" not in shown  # an auditor reads
    assert "'novelty', is not known here" in visitor.shown(page_of(transaction(money, "txn_odd")))
    assert "txn_out" in visitor.shown(f"{HOME}?tab=recent")
    assert "The processor's money" in visitor.shown("/posting/")
    assert "po_1" in visitor.shown(page_of(transaction(money, "txn_alone")))


def test_a_word_is_kept_audited_and_taken_back_until_it_is_written(money: Site) -> None:
    keeper, own = money.signed_in("bookkeeper"), transaction(money, "txn_odd")
    assert say(keeper, own, "not_ours", note="A colleague's card.").status_code == 303
    assert word(money, own).treatment == "not_ours"
    assert "Waits for you 2" in keeper.shown(HOME)
    with money.app.database.read() as connection:
        last = entries(connection, money.books.place.organisation_id, limit=1)[0]
        assert first_broken(connection, money.books.place.organisation_id) is None
    assert (last.verb, last.actor) == ("processor.say", "bookkeeper@acme.example")
    assert keeper.post(f"{HOME}{own}/take-back", page=page_of(own)).status_code == 303
    assert "Waits for you 3" in keeper.shown(HOME)
    assert say(keeper, own, "reserve").status_code == 303
    write(money)
    assert "reserve" in whats(money)
    assert keeper.post(f"{HOME}{own}/take-back", page=HOME).status_code == 303
    assert "There is no word to take back" in keeper.shown(HOME)
    assert word(money, own).treatment == "reserve"


def test_another_tab_s_word_is_not_overwritten_unseen(money: Site) -> None:
    owner, own = money.signed_in(), transaction(money, "txn_odd")
    before = seen(owner, page_of(own))
    assert say(owner, own, "not_ours").status_code == 303
    late = owner.post(f"{HOME}{own}/say", {"treatment": "fee", "seen": before}, page=HOME)
    assert late.status_code == 422
    assert "It has changed since you looked" in late.text
    assert word(money, own).treatment == "not_ours"


def test_a_deposit_names_its_customer_and_a_sale_needs_its_account(money: Site) -> None:
    owner, own = money.signed_in(), transaction(money, "txn_alone")
    assert "First an owner chooses account and tax code" in owner.shown(page_of(own))
    refused = say(owner, own, "sale_without_invoice")
    assert (refused.status_code, "First an owner chooses" in refused.text) == (422, True)
    nobody = say(owner, own, "customer_deposit", customer="nobody", note="kept note")
    assert nobody.status_code == 422
    assert "Choose the customer" in nobody.text
    assert "kept note" in nobody.text
    assert "Eve Traders" in owner.shown(f"{page_of(own)}&who=eve")
    assert say(owner, own, "customer_deposit", customer="eve").status_code == 303
    assert "Of Eve Traders." in owner.shown(page_of(own))
    write(money)
    assert whats(money)["deposit"].choices["customer"] == "eve"


def test_what_is_not_offered_cannot_be_said(money: Site) -> None:
    owner, own = money.signed_in(), transaction(money, "txn_odd")
    for treatment in ("refund", "payout", "customer_deposit", "undecided", ""):
        assert say(owner, own, treatment).status_code == 422
    assert word(money, own) is None


def test_a_lost_dispute_ends_once(money: Site) -> None:
    approver, own = money.signed_in("approver"), transaction(money, "txn_lost")
    given = {"end": "credit", "seen": seen(approver, page_of(own))}
    none = approver.post(f"{HOME}{own}/lost", given, page=HOME)
    assert (none.status_code, "Choose the open credit" in none.text) == (422, True)
    given["end"] = "bad_debt"
    assert approver.post(f"{HOME}{own}/lost", given, page=HOME).status_code == 303
    assert whats(money)["lost"].choices["end"] == "bad_debt"
    again = approver.post(f"{HOME}{own}/lost", given, page=HOME)
    assert again.status_code == 422
    assert "The dispute was lost" not in approver.shown(HOME)


def test_who_may_not_decide_says_nothing_and_a_stranger_sees_nothing(money: Site) -> None:
    own, seller = transaction(money, "txn_odd"), money.signed_in("sales")
    for act in ("say", "take-back", "lost"):
        assert seller.post(f"{HOME}{own}/{act}", {"treatment": "fee"}, page=HOME).status_code == 403
    link = money.link(money.add_person("rival@rival.example", "owner", money.others))
    rival = money.visitor()
    assert rival.post(link, page=link).status_code == 303
    assert rival.get(page_of(own)).status_code == 404
    assert rival.get(f"/processor/payouts/{money.books.stripe.connection_id}/po_1").status_code == 404
    assert rival.post(f"{HOME}{own}/say", {"treatment": "fee", "seen": "x"}, page=HOME).status_code == 404
    assert "txn_odd" not in rival.shown(HOME)
    assert "po_1" not in rival.shown("/processor/payouts")


def test_clearing_and_payouts_are_proved(money: Site) -> None:
    visitor = money.signed_in("auditor")
    shown = visitor.shown("/processor/clearing")
    assert "Stripe clearing in the books" in shown
    assert "Every cent is explained" in shown
    assert "Unexplained 0.00" in shown
    assert "has not come yet" in visitor.shown("/processor/clearing?through=2099-01-01")
    assert "must be a date" in visitor.shown("/processor/clearing?through=soon")
    assert "po_1" in visitor.shown("/processor/payouts")
    payout = visitor.shown(f"/processor/payouts/{money.books.stripe.connection_id}/po_1")
    assert "Not proved yet" in payout
    assert "Parts that are not in the books" in payout
    assert "Difference 0.00" in payout


def test_before_anything_is_booked_the_page_says_what_to_do(site: Site) -> None:
    visitor = site.signed_in()
    assert "Tieout books nothing of Stripe" in visitor.shown(HOME)
    assert "Payouts will stand here" in visitor.shown("/processor/payouts")
