"""Changes at the providers reach the store by webhooks: how long it takes, through a real worker and a real queue."""

from __future__ import annotations

import http.client
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bench.spine.changes import plain_customers, unpaid_invoices
from bench.spine.house import House, NeverHappenedError, wait_until
from bench.spine.served import served
from sandbox.world.load import Loaded
from store.queries.exports.kinds import EXPORTS
from store.queries.exports.parts import Reader


@dataclass(frozen=True, slots=True)
class Arrived:
    """What was changed, after how many seconds it stood in the store, and what became of it."""

    what: str
    seconds: float
    status: str


def hooks(house: House, seed: int) -> list[Arrived]:
    """`house` is synced. It is served, the stand-ins send to it, and each change is waited for."""
    chance = random.Random(seed)
    with served(house) as base:
        house.sandbox.send_webhooks_to(base)
        try:
            return [arrived for one in house.sandbox.loaded for arrived in _changes(house, one, chance)]
        finally:
            for stand in house.sandbox.stands.values():
                stand.webhooks.unregister_all()


def _changes(house: House, one: Loaded, chance: random.Random) -> Iterator[Arrived]:
    provider, tenant = one.entity.books_provider, one.books_tenant
    customer = next(plain_customers(one, chance))
    number = f"HOOK-{chance.randint(10_000, 99_999)}"
    if provider == "quickbooks":
        made = _change(house, provider, tenant, "new_invoice", customer=customer, amount="61.50", number=number)
        yield _wait(house, f"{provider} new invoice", "invoices", made["id"])
        made = _change(house, provider, tenant, "pay_customer", customer=customer, amount="33.10", reference="by post")
    else:
        made = _change(house, provider, tenant, "new_invoice", customer=customer, amount="61.50", number=number)
        yield _wait(house, f"{provider} new invoice", "invoices", made["id"])
        made = _change(house, provider, tenant, "pay_invoice", invoice=made["id"])
    yield _wait(house, f"{provider} payment", "payments", made["id"])
    made = _change(house, "stripe", one.stripe_tenant, "charge", amount=7_777, payer_name="Nobody Known")
    yield _wait(house, "stripe charge of a stranger", "receipts", made["id"])
    key = _twin(house, one)
    made = _change(house, "stripe", one.stripe_tenant, "pay_invoice", invoice=key)
    yield _wait(house, "stripe payment of a mirrored invoice", "receipts", made["id"], matched=True)


def _twin(house: House, one: Loaded) -> str:
    """A Stripe invoice that is open at Stripe and in the ledger, and that nobody has paid anything of."""
    open_in_books = {key for key, _ in unpaid_invoices(house.sandbox, one)}
    paid = {applied.target for charge in one.entity.stripe.charges for applied in charge.pays}
    mirrors = {item.mirror_of for item in one.entity.books.invoices if item.key in open_in_books}
    stand = house.sandbox.stands["stripe"].records[one.stripe_tenant]
    for invoice in one.entity.stripe.invoices:
        wire = stand.get("invoices", house.sandbox.stripe.external_id(one.stripe_tenant, invoice.key))
        if invoice.key in mirrors - paid and wire is not None and wire["status"] == "open":
            return invoice.key
    raise LookupError("The world has no mirrored invoice left that is open at Stripe.")


def _change(house: House, provider: str, tenant: str, verb: str, **fields: Any) -> dict[str, Any]:
    """As somebody outside would make it: over HTTP."""
    link = http.client.HTTPConnection(urlsplit(house.sandbox.url(provider)).netloc, timeout=180)
    try:
        body = json.dumps({"tenant": tenant, "verb": verb, **fields})
        link.request("POST", "/_control/change", body, {"Content-Type": "application/json"})
        answer = link.getresponse()
        done: dict[str, Any] = json.load(answer)
    finally:
        link.close()
    if answer.status != http.client.OK:
        raise NeverHappenedError(f"{provider} {verb}: {done['error']}")
    return done


def _wait(house: House, what: str, kind: str, external_id: str, *, matched: bool = False) -> Arrived:
    """Until it stands in the store, or until the matcher has an answer to it."""

    def stands() -> bool:
        found = _find(house, kind, external_id)
        return found is not None and not (matched and found["status"] == "unmatched")

    seconds = wait_until(what, stands)
    found = _find(house, kind, external_id) or {}
    return Arrived(what, round(seconds, 2), str(found.get("status")))


def _find(house: House, kind: str, external_id: str) -> dict[str, Any] | None:
    with house.place.app.database.read() as connection:
        rows = EXPORTS[kind](Reader(connection, house.place.organisation_id))
        return next((row for row in rows if row["external_id"] == external_id), None)
