"""The present state of one record, or of all records of a kind under a parent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain

from connectors.port import Record
from connectors.stripe.api import Api, Batch, Found, Params
from connectors.stripe.events import Target
from connectors.stripe.expanded import expansions, parted
from connectors.stripe.kinds import BALANCE_ENTRIES, PAYOUT_ITEMS
from connectors.stripe.records import Made, record_of, records_of
from ledger.faults import NotFound, Refused

IN_FLIGHT = 4  # calls at once: Stripe has no reading by a list of ids, and 25 a second and endpoint are enough for it
_PAGES_UNDER_A_PARENT = 10_000  # a payout of a million transactions


def read_many(api: Api, targets: Sequence[Target], *, expand: bool = False) -> Made:
    """All of them, a few calls at a time, in the order asked. expand: each with what hangs on it, as records of their own."""
    if len(targets) == 1:
        return read_target(api, targets[0], expand=expand)
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        made = list(pool.map(lambda target: read_target(api, target, expand=expand), targets))
    return Made(
        tuple(chain.from_iterable(one.records for one in made)),
        tuple(chain.from_iterable(one.findings for one in made)),
    )


def read_target(api: Api, target: Target, *, expand: bool = False) -> Made:
    """One record, or by a parent: a payout's items, a customer's balance entries, an invoice's payments."""
    kind, external_id = target
    if kind == PAYOUT_ITEMS:
        payout = external_id.partition("/")[0]
        return _under(api, kind, (("payout", payout),), "/v1/balance_transactions", parent=payout)
    if kind == BALANCE_ENTRIES:
        if not external_id.startswith("cus_"):
            raise NotFound(f"{kind} are read by customer; give a cus_ id instead of {external_id}.")
        return _under(api, kind, (), f"/v1/customers/{external_id}/balance_transactions")
    if kind == "invoice_payments" and external_id.startswith("in_"):
        return _under(api, kind, (("invoice", external_id),), "/v1/invoice_payments")
    if kind == "invoice_payments" and external_id.startswith("pi_"):
        payment = (("payment[type]", "payment_intent"), ("payment[payment_intent]", external_id))
        return _under(api, kind, payment, "/v1/invoice_payments")
    found = _found(api, kind, external_id, expand=expand)
    if found.gone:
        return Made((Record(kind=kind, external_id=external_id, raw=found.raw, seen_at=found.at, deleted=True),))
    raw = api.all_lines(found.raw) if kind == "invoices" else found.raw
    records = (record_of(part, own, found.at) for part, own in parted(kind, raw))
    return Made(tuple(record for record in records if record))


def _found(api: Api, kind: str, external_id: str, *, expand: bool) -> Found:
    """Where something cannot be expanded, as it is without."""
    params = expansions(kind, listed=False) if expand else []
    if params:
        with suppress(Refused):
            return api.retrieve(kind, external_id, params)
    return api.retrieve(kind, external_id)


def _under(api: Api, kind: str, params: Params, path: str, *, parent: str = "") -> Made:
    made = [records_of(kind, batch.raws, batch.at, parent=parent) for batch in _batches(api, kind, params, path)]
    return Made(
        tuple(chain.from_iterable(one.records for one in made)),
        tuple(chain.from_iterable(one.findings for one in made)),
    )


def _batches(api: Api, kind: str, params: Params, path: str) -> Iterator[Batch]:
    after: Params = ()
    for _ in range(_PAGES_UNDER_A_PARENT):
        batch = api.list(kind, (*params, *after), path=path)
        yield batch
        made = records_of(kind, batch.raws[-1:], batch.at).records
        if not batch.has_more or not made:
            return
        after = (("starting_after", made[0].external_id.rpartition("/")[2]),)
