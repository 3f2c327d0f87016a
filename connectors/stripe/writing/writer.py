"""One Stripe account as a writer. See connectors/writing.py for what each method promises.

Stripe is written to only where it is the books: a payment that came elsewhere is reported and attached to its invoice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from connectors.authorised import Authorised
from connectors.decode import loosely
from connectors.message import Reply, Request
from connectors.stripe import wire
from connectors.stripe.api import Api
from connectors.stripe.kinds import API_VERSION
from connectors.stripe.markers import marker_of
from connectors.stripe.writing import forms
from connectors.stripe.writing.refusals import outcome_of
from connectors.stripe.writing.shaping import shape
from connectors.stripe.writing.standings import (
    LINKS,
    RECORDS,
    link_standing,
    links_of,
    newest,
    record_standing,
)
from connectors.tokens import TokenSource
from connectors.transport import Transport
from connectors.writing import Batch, Outcome, Result, Standing
from ledger.entry import Entry, EntryKind, LineRole
from ledger.faults import BadInput, Refused
from ledger.money import Money

KEY_SECONDS = 24 * 3600.0  # at least that long, Stripe says
_PAGES_MAX = 1000
_LINK_TYPES = {"pr": "payment_record", "pi": "payment_intent"}


class StripeWriter:
    """account: acct_ where the key is a platform's. time_zone: the entity's; its days begin there."""

    provider = "stripe"

    def __init__(
        self, *, api_base: str, tokens: TokenSource, account: str | None, transport: Transport, time_zone: str
    ) -> None:
        self._base = api_base.rstrip("/")
        self._api = Api(api_base, tokens, account, transport)
        self._authorised = Authorised(transport, tokens)
        self._headers = {"stripe-version": API_VERSION, "accept": "application/json"}
        if account:
            self._headers["stripe-account"] = account
        self._zone = time_zone

    @property
    def key_seconds(self) -> float:
        return KEY_SECONDS

    def shape(self, entry: Entry) -> tuple[Entry, ...]:
        return shape(entry)

    def batches(self, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
        """One call an entry. Raises BadInput where what an entry refers to does not stand; reads charges for their intents."""
        return [self._batch(entry, standing) for entry in entries]

    def send(self, batch: Batch, key: str) -> list[Outcome]:
        request = Request(
            method=batch.method,
            url=f"{self._base}{batch.path}",
            kind="write",
            endpoint="/".join(batch.path.split("/")[:3]),
            headers={**self._headers, "content-type": batch.content_type, "idempotency-key": key},
            body=batch.body,
            idempotent=False,
        )
        return self._authorised.fetch(request, lambda reply: [self._outcome(batch, reply)])

    def find(self, entries: Sequence[Entry], *, since: date) -> dict[str, list[Standing]]:
        """Reported payments by their metadata, all since then; attachments by the payments of their invoices."""
        wanted = {entry.write_id for entry in entries if entry.kind is EntryKind.RECEIPT}
        wanted |= {entry.source.entry for entry in entries if entry.source and entry.source.entry}
        records: dict[str, list[Standing]] = {}
        for record in self._records(since) if wanted else ():
            if marker_of(record.metadata) in wanted:
                records.setdefault(marker_of(record.metadata), []).append(record_standing(record))
        found = {entry.write_id: records[entry.write_id] for entry in entries if entry.write_id in records}
        for entry in entries:
            if entry.kind is EntryKind.ALLOCATION:
                found |= self._attachment(entry, records)
        return found

    def same_money(self, account: str, amount: Money, on: date, *, days: int) -> list[Standing]:
        """Stripe keeps no bank accounts: nothing can stand in one."""
        return []

    def endings(self, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
        """Raises Refused where anything stands: Stripe takes no reported payment back."""
        if any(not standing[entry.write_id].ended for entry in entries if entry.write_id in standing):
            raise Refused(
                "Stripe cannot take a payment off an invoice again. If the money was never received, issue a new invoice "
                "for it in Stripe; if it went back, report the refund there on the payment (Payments, the payment, Report "
                "refund)."
            )
        return []

    def standing(self, kind: str, external_ids: Sequence[str]) -> dict[str, Standing]:
        return {own: self._standing(kind, own) for own in dict.fromkeys(external_ids)}

    def _standing(self, kind: str, external_id: str) -> Standing:
        found = self._api.retrieve(kind, external_id)
        if found.gone:
            return Standing(kind=kind, external_id=external_id, ended=True)
        if kind == RECORDS:
            return record_standing(loosely(found.raw, wire.PaymentRecord))
        return link_standing(loosely(found.raw, wire.InvoicePayment))

    def _batch(self, entry: Entry, standing: Mapping[str, Standing]) -> Batch:
        for needed in entry.after:
            if needed not in standing:
                raise BadInput(f"Entry {needed} does not stand yet; it has to be written first.")
        if entry.kind is EntryKind.RECEIPT:
            return forms.reported(entry, self._zone)
        return forms.attached(entry, _invoice(entry), self._payment(entry, standing))

    def _payment(self, entry: Entry, standing: Mapping[str, Standing]) -> str:
        """The payment that is attached; a charge is attached by its intent."""
        source = entry.source
        if source is None:
            raise BadInput("An allocation names the payment that it comes from.")
        if not source.external_id:
            return standing[source.entry].external_id
        if source.kind != "charge" or source.external_id.startswith("pi_"):
            return source.external_id
        found = self._api.retrieve("charges", source.external_id)
        charge = None if found.gone else loosely(found.raw, wire.Charge)
        return (wire.ref(charge.payment_intent) if charge else None) or source.external_id

    def _outcome(self, batch: Batch, reply: Reply) -> Outcome:
        [write_id] = batch.members
        if not reply.ok:
            return outcome_of(write_id, reply, batch.path)
        if batch.path.endswith("report_payment"):
            stands = record_standing(loosely(reply.body, wire.PaymentRecord))
            return Outcome(write_id=write_id, result=Result.POSTED, standing=stands)
        payment = _form_value(batch.body, ("payment_record", "payment_intent"))
        link = newest(links_of(reply.body), payment) or self._link(payment, batch.path.split("/")[3])
        if link is None:
            return Outcome(
                write_id=write_id, result=Result.UNKNOWN, code="no_answer",
                sentence="Stripe answered without the payment on the invoice; it is looked up before it is sent again.",
            )  # fmt: skip
        return Outcome(write_id=write_id, result=Result.POSTED, standing=link_standing(link))

    def _attachment(self, entry: Entry, records: Mapping[str, Sequence[Standing]]) -> dict[str, list[Standing]]:
        source = entry.source
        if source is None:
            return {}
        own = [one.external_id for one in records.get(source.entry, ())] if source.entry else [self._payment(entry, {})]
        links = [link for payment in own for link in [self._link(payment, _invoice(entry))] if link is not None]
        return {entry.write_id: [link_standing(link) for link in links]} if links else {}

    def _link(self, payment: str, invoice: str) -> wire.InvoicePayment | None:
        """The attachment of a payment to an invoice."""
        kind = _LINK_TYPES.get(payment.partition("_")[0])
        if kind is None:
            return None
        asked = (("payment[type]", kind), (f"payment[{kind}]", payment))
        page = self._api.list(LINKS, asked)
        links = [loosely(raw, wire.InvoicePayment) for raw in page.raws]
        return newest((link for link in links if wire.ref(link.invoice) == invoice), payment)

    def _records(self, since: date) -> Iterator[wire.PaymentRecord]:
        """Every reported payment since the day before."""
        start = datetime.combine(since - timedelta(days=1), time(0), ZoneInfo(self._zone))
        after: tuple[tuple[str, str], ...] = ()
        for _ in range(_PAGES_MAX):
            page = self._api.list(RECORDS, (("created_after", str(int(start.timestamp()))), *after))
            records = [loosely(raw, wire.PaymentRecord) for raw in page.raws]
            yield from records
            if not page.has_more or not records:
                return
            after = (("starting_after", records[-1].id),)


def _invoice(entry: Entry) -> str:
    for line in entry.lines:
        if line.role is LineRole.PAYS and line.document is not None:
            return line.document.external_id
    raise BadInput("An allocation names the invoice that it pays.")


def _form_value(body: bytes, names: Sequence[str]) -> str:
    return next((value for name, value in parse_qsl(body.decode()) if name in names), "")
