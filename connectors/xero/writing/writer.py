"""One organisation's writing side. See connectors/writing.py for what each method promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from connectors.authorised import Authorised
from connectors.message import Request
from connectors.tokens import TokenSource
from connectors.transport import Transport
from connectors.writing import Batch, Outcome, Standing
from connectors.xero.client import XeroClient
from connectors.xero.writing.books import Books
from connectors.xero.writing.calls import creating, ending
from connectors.xero.writing.looking import Looking
from connectors.xero.writing.replies import outcomes
from connectors.xero.writing.shaping import shaped
from ledger.account import Account
from ledger.entry import Entry
from ledger.faults import BadInput
from ledger.money import Money

KEY_SECONDS = 340.0  # Xero remembers a key for six minutes
_KEY_MAX = 128


class XeroWriter:
    """home_currency, country: of the organisation. accounts: its accounts as they were mapped.

    payee: the contact's name on money spent and received by an entry that names no customer.
    """

    provider = "xero"

    def __init__(
        self,
        *,
        api_base: str,
        tenant_id: str,
        transport: Transport,
        tokens: TokenSource,
        home_currency: str,
        country: str = "",
        accounts: Sequence[Account] = (),
        payee: str = "Stripe",
    ) -> None:
        self._base = api_base.rstrip("/")
        self._tenant_id = tenant_id
        self._transport = transport
        self._authorised = Authorised(transport, tokens)
        self._books = Books.of(home_currency, country, payee, accounts)
        self._looking = Looking(XeroClient(api_base, tenant_id, self._authorised), self._books)

    @property
    def calls(self) -> int:
        """Data calls made by this object's transport so far."""
        return self._transport.meter.calls

    @property
    def key_seconds(self) -> float:
        return KEY_SECONDS

    def shape(self, entry: Entry) -> tuple[Entry, ...]:
        return shaped(entry, self._books.home_currency)

    def batches(self, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
        return creating(entries, self._books, standing)

    def send(self, batch: Batch, key: str) -> list[Outcome]:
        if not 0 < len(key) <= _KEY_MAX:
            raise BadInput(f"A key of {len(key)} characters cannot go to Xero; it takes 1 to {_KEY_MAX}.")
        headers = {
            "accept": "application/json",
            "content-type": batch.content_type,
            "idempotency-key": key,
            "xero-tenant-id": self._tenant_id,
        }
        query = f"?{urlencode(batch.query)}" if batch.query else ""
        request = Request(
            method=batch.method,
            url=f"{self._base}/{batch.path}{query}",
            kind=batch.path.partition("/")[0],
            headers=headers,
            body=batch.body or None,
            idempotent=False,
            json=False,  # some refusals are plain text; an answer of success that is no JSON counts as none
        )
        return self._authorised.fetch(request, lambda reply: outcomes(batch, reply, self._books))

    def find(self, entries: Sequence[Entry], *, since: date) -> dict[str, list[Standing]]:
        return self._looking.find(entries, since)

    def same_money(self, account: str, amount: Money, on: date, *, days: int) -> list[Standing]:
        return self._looking.same_money(account, amount, on, days)

    def endings(self, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
        return ending(entries, standing)

    def standing(self, kind: str, external_ids: Sequence[str]) -> dict[str, Standing]:
        return self._looking.standing(kind, external_ids)
