"""Money that went back: the payment it took back is offered, with what its reversal writes, and then decided on."""

from __future__ import annotations

from datetime import date

from connectors.writing import Standing
from tests.posting.business import make_business
from tests.reconcile.books.books import invoice
from tests.webapp.queue.test_acts import plain
from tests.webapp.site import Site


def test_the_payment_that_bounced_is_reversed_and_stands(site: Site) -> None:
    acme = make_business(site.app.database)
    acme.put(invoice("INV-1", 6_000), invoice("INV-2", 4_000))
    posting = acme.accept(acme.line("l1", 10_000), "INV-1", "INV-2")
    acme.stand(posting, Standing(kind="Payment", external_id="P-1"))
    back = acme.line("back", -10_000, on=date(2026, 5, 11), text="RETURNED UNPAID")
    person = site.visitor()
    link = site.link(site.add_person("carl@acme.example", "owner", acme.books))
    person.post(link, page=link)
    page = f"/receipts/{back}"
    shown = person.shown(page).replace("\xa0", " ")
    assert "Which payment went back" in shown
    assert "INV-1 60.00 GBP" in shown
    assert "11 May 2026" in shown
    own = {"original": str(posting.id), "seen": str(acme.books.receipt("back").revision)}
    stale = person.session.post(
        person.base + f"{page}/reverse", data={"csrf_token": person.token(page), **own, "seen": "999"}, timeout=180
    )
    assert "changed by somebody else meanwhile" in stale.text
    done = person.session.post(
        person.base + f"{page}/reverse", data={"csrf_token": person.token(page), **own}, timeout=180
    )
    assert "The reversal waits under Posting, Ready." in plain(done.text)
    assert acme.again(posting).state == "posted"
    ready = person.shown("/posting/?tab=ready").replace("\xa0", " ")
    assert "Reversal" in ready
    assert "Which payment went back" not in person.shown(page)
    assert "Nothing waits to be posted" in site.signed_in().shown("/posting/")
