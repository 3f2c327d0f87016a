"""What a connector can write: give entries the shape of its books, send stored batches, find what stands, take it back.

The outbox (posting/) owns the order of things: it stores a batch before it is sent, never sends other bytes under a
key, and looks upstream before a member of unknown outcome may go out again. A writer holds no state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from ledger.entry import Entry
from ledger.money import Money


class Result(StrEnum):
    """posted: it stands. refused: the provider said no, and repeating would not help. later: nothing was done, try again.
    unknown: nobody can say before looking.
    """

    POSTED = "posted"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A record of ours as the provider holds it. kind: the provider's word, as `Connector.read` takes it.

    version: SyncToken or stamp. amount, on, account: what was read, where the record says so, for the outbox to compare.
    parts: other records that came with it (kind, id): the payments of a batch, the transaction of an overpayment.
    reconciled: the ledger's own bank tick; None where nobody can tell. ended: voided or deleted.
    """

    kind: str
    external_id: str
    version: str = ""
    amount: Money | None = None
    on: date | None = None
    account: str | None = None
    parts: tuple[tuple[str, str], ...] = ()
    reconciled: bool | None = None
    ended: bool = False
    in_deposit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one member. code and sentence say why not, for a person: what, where, what to do."""

    write_id: str
    result: Result
    standing: Standing | None = None
    code: str = ""
    sentence: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One call, ready to be stored and sent: the same bytes each time. members: write ids in the order of the body."""

    method: str
    path: str
    body: bytes
    members: tuple[str, ...]
    content_type: str = "application/json"
    query: tuple[tuple[str, str], ...] = ()


class Writer(Protocol):
    """One connection's writing side. Every method that calls may raise ledger.faults: RateLimited, Unreachable (the
    reply is lost), ConsentLost, PermissionMissing.
    """

    provider: str

    @property
    def key_seconds(self) -> float:
        """How long the provider surely remembers a key, counted from the first call: 0 where it does not say."""

    def shape(self, entry: Entry) -> tuple[Entry, ...]:
        """The records of these books that the entry comes to, in order; pure. One entry often stays as it is; an
        overpaid receipt may become a credit and its allocations, one short by a fee two payments and a deposit. Write
        ids of further records follow from the entry's own (`ledger.ids.derived`), so that shaping twice gives the same.

        Raises Refused with a sentence for what these books cannot express, and with the steps to do it there.
        """

    def batches(self, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
        """The fewest calls for shaped entries that may go out now. standing: by write id, what entries refer to."""

    def send(self, batch: Batch, key: str) -> list[Outcome]:
        """One outcome a member. Sends at most once: a lost reply is Unreachable, and no error is retried here."""

    def find(self, entries: Sequence[Entry], *, since: date) -> dict[str, list[Standing]]:
        """By write id, the records upstream that carry its marker, or (where a kind cannot be searched by it) that
        equal it in account, date and amount and carry it when read. At the fewest calls; voided ones are `ended`.
        """

    def same_money(self, account: str, amount: Money, on: date, *, days: int) -> list[Standing]:
        """Records of this amount and direction that move `account` within so many days, whoever made them."""

    def endings(self, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
        """The fewest calls that take standing entries back (void or delete). Dependants go first, and where ending one
        moves the version of the other, only those that may go now: ask again with fresh standing until none is left.
        """

    def standing(self, kind: str, external_ids: Sequence[str]) -> dict[str, Standing]:
        """Records as they stand now, with the version that an ending needs; those that are gone come `ended`."""
