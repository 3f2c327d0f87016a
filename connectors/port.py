"""What a connector can do: say who it is connected to, pull records page by page, read some again, and map a record.

A record is what the provider said, in its own bytes; values are what it means. Mapping is pure, so that kept records can
be mapped again without a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from ledger.account import Account, ExchangeRate, TaxRate
from ledger.allocation import Allocation
from ledger.balance import BalanceTransaction, Fee
from ledger.bank_entry import BankEntry
from ledger.charge import Charge, PaymentIntent, PaymentLink
from ledger.company import Company
from ledger.credit import CreditNote
from ledger.customer import Customer
from ledger.finding import Finding
from ledger.invoice import Invoice
from ledger.journal import JournalLine
from ledger.payment import Payment
from ledger.payout import Payout, PayoutItem
from ledger.refund import CustomerBalanceEntry, Dispute, Refund

Value = (
    Account
    | Allocation
    | BalanceTransaction
    | BankEntry
    | Charge
    | Company
    | CreditNote
    | Customer
    | CustomerBalanceEntry
    | Dispute
    | ExchangeRate
    | Fee
    | Invoice
    | JournalLine
    | Payment
    | PaymentIntent
    | PaymentLink
    | Payout
    | PayoutItem
    | Refund
    | TaxRate
)

State = Mapping[str, Any]
"""Where a feed stands, as JSON: opaque to everybody but the connector that made it."""


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One record as the provider sent it. A struct: a first import makes hundreds of thousands.

    kind: the provider's own word ("Invoice", "Invoices", "invoice": see each connector's `kinds`).
    version orders two states of one record where the provider has such a thing (SyncToken), else "".
    updated_at: the provider's stamp; None where it has none.
    seen_at: when the state was true at the latest: the moment the request was sent, or the event was created.
    deleted: the provider says that it is gone; `raw` is then whatever it said.
    stamp_derived: updated_at is the newest time that stands inside, for want of a stamp: it goes backwards where a state is
    taken back (a paid invoice is open again).
    """

    kind: str
    external_id: str
    raw: bytes
    seen_at: datetime
    updated_at: datetime | None = None
    version: str = ""
    deleted: bool = False
    stamp_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Records, and the state of the feed once they are stored. `done`: the feed has reached the present.

    full: the page belongs to a listing of everything (a first pass, --full, or the feed's own way back when its change
    feed does not reach far enough). complete: on the last page of such a listing, the kinds of which it held every
    record: what is known of those kinds and was not in it is gone at the provider.
    total: how many records the feed expects, if it knows; share: how much of it is read (0 to 1), if only that is known.
    """

    feed: str
    records: Sequence[Record]
    state: State
    done: bool
    findings: Sequence[Finding] = ()
    total: int | None = None
    full: bool = False
    complete: tuple[str, ...] = ()
    share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a mapping has to know besides the record: it is the same for all records of a pass.

    account_currencies: of bank accounts by their id, where they have one of their own. document_currencies: of documents by
    their id, for a record which names one and does not say its currency (sync/currencies.py).
    """

    provider: str
    company_id: str
    home_currency: str
    time_zone: str
    ar_accounts: frozenset[str] = frozenset()
    bank_accounts: frozenset[str] = frozenset()
    account_currencies: Mapping[str, str] = field(default_factory=dict, hash=False)
    document_currencies: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """The values of one record (none where it is not ours: a supplier's bill), and what was odd about it."""

    values: tuple[Value, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one webhook event says: records that may be applied as they came, and (kind, id) of those to be read."""

    records: tuple[Record, ...] = ()
    read: tuple[tuple[str, str], ...] = ()


class Connector(Protocol):
    """One connection. Every method may raise ledger.faults: RateLimited, Unreachable, ConsentLost, PermissionMissing."""

    provider: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """The record kinds that a full pass brings, in the provider's words, in the order of `feeds`."""

    @property
    def calls(self) -> int:
        """Data calls made by this object so far (not token calls)."""

    def company(self) -> Company:
        """One call that proves the tokens and names the company."""

    def feeds(self) -> tuple[str, ...]:
        """The feeds of a pass in order; reference data (accounts) first."""

    def waves(self) -> tuple[tuple[str, ...], ...]:
        """The same feeds: those of one wave may be read side by side, in threads; a wave is stored before the next is mapped."""

    def behind(self) -> tuple[str, ...]:
        """Feeds of what lies before a start date, the last wave. Empty where a start date leaves that out."""

    def pull(self, feed: str, state: State | None, *, since: date | None = None) -> Iterator[Page]:
        """Pages from `state` on (None: from the beginning, full; with `since`, what is open or newer than that first). Each page may be stored and committed by itself.

        Given the state of any earlier page, the next pages come as if nothing had happened. A state whose feed had
        reached the present leads to an incremental pass by the provider's own means, or by itself to a full one where
        the provider's change feed does not reach back far enough.
        """

    def read(self, kind: str, external_ids: Sequence[str]) -> Iterator[Page]:
        """The present state of some records, batched as the provider allows; gone ones come as deleted records."""

    def read_several(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        """As `read`, of several kinds at once (ids by kind) at the fewest calls: a burst of webhooks names many.

        Records that `follow` would ask for next may come besides; those that came are not to be asked for again.
        """

    def recheck(self, held: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        """What may have changed with no word of it in the feeds: everything that is open now, at the fewest calls.

        held: by kind, the ids that are open here; those that are open no more are read again one way or another. Under
        `payout_items` the payouts of which nothing is here that they carry.
        """

    def told(self, body: bytes, event_type: str, kept_seconds: float) -> Told:
        """What a webhook event says that was kept so long ago. Nothing for events of things that we do not read."""

    def follow(self, record: Record) -> Sequence[tuple[str, str]]:
        """(kind, id) of records that changed together with this one and of which no event may ever tell.

        A payment intent's charge, a charge's balance transaction, the invoice that a payment was applied to.
        """

    def map(self, record: Record, context: Context) -> Mapped:
        """What the record means. Never raises for data: what cannot be mapped is a finding of severity error."""
