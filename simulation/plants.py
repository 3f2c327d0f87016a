"""Parts of the product that the run puts together, and broken ones that can be planted in their place.

A mistake lies here alone: a class of the product with one method gone wrong, or a function of it exchanged for another, in
the process of one run. The product has no switch for any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import posting.run
import store.queries.documents
import sync.apply
import sync.decide
from connectors.tokens import TokenSet
from connectors.writing import Batch, Outcome, Result, Standing, Writer
from ledger.entry import Entry
from posting.outlet import Outlet
from posting.planning.books import Books
from posting.ran import Ran
from posting.sending import settle_in
from runtime.receiving import Receiving
from runtime.wiring import App
from store import outbox_batches, outbox_entries
from store.inbox import Delivery, Keeping
from sync.decide import Verdict
from sync.tokens import StoredTokenSource


@dataclass(frozen=True, slots=True)
class Parts:
    """What the office is made of."""

    app: Callable[..., App] = App
    receiving: Callable[..., Receiving] = Receiving


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """what: the mistake, in words. exchanged: (module or class, name, what stands there instead)."""

    what: str
    parts: Parts = field(default_factory=Parts)
    exchanged: tuple[tuple[Any, str, Any], ...] = ()

    def put(self) -> None:
        """For the rest of this process, which runs one seed."""
        for owner, name, broken in self.exchanged:
            setattr(owner, name, broken)


class _Keyless:
    """A writer that sends under another key each time, and never looks whether something stands."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._sent = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def send(self, batch: Batch, key: str) -> list[Outcome]:
        self._sent += 1
        return self._writer.send(batch, f"{key[:24]}-{id(self) % 9973}-{self._sent}")

    def find(self, entries: Sequence[Entry], *, since: date) -> dict[str, list[Standing]]:
        del entries, since
        return {}


class _KeylessApp(App):
    def writer(self, row: Any) -> Writer:
        found: Any = _Keyless(App.writer(self, row))
        writer: Writer = found
        return writer


class _LateTokens(StoredTokenSource):
    """New tokens go out with the next call, and are written down when they are asked for again."""

    def current(self) -> TokenSet:
        fresh = _IN_HAND.pop(self.token_set_id, None)
        if fresh is not None:
            StoredTokenSource._save(self, fresh)  # noqa: SLF001 - the part that is broken here
        return StoredTokenSource.current(self)

    def _save(self, fresh: TokenSet) -> None:
        _IN_HAND[self.token_set_id] = fresh


_IN_HAND: dict[Any, TokenSet] = {}


class _LateTokensApp(App):
    def tokens(self, row: Any) -> StoredTokenSource:
        made = App.tokens(self, row)
        return _LateTokens(
            database=made.database, sealer=made.sealer, organisation_id=made.organisation_id,
            token_set_id=made.token_set_id, consent=made.consent, now=made.now, sleep=made.sleep,
            random=made.random,
        )  # fmt: skip


class _LaterKeeping:
    """Keeps a delivery when the next one comes."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._held: list[tuple[Sequence[Delivery], Any]] = []

    def keep(self, deliveries: Sequence[Delivery], now: Any) -> None:
        for held, at in self._held:
            self._keeping.keep(held, at)
        self._held = [(deliveries, now)]


class _HastyDoor(Receiving):
    """Says yes to a webhook before it is kept."""

    def _keeping(self) -> Any:
        kept = getattr(self, "_later", None)
        if kept is None:
            kept = self._later = _LaterKeeping(Receiving._keeping(self))  # noqa: SLF001
        return kept


def _as_new(outlet: Outlet, ran: Ran) -> None:
    """In the place of `recover`: what was sent without an answer is taken for unsent, and goes into a new call."""
    del ran
    with outlet.database.read() as connection:
        batches = outbox_batches.open_batches(connection, outlet.organisation_id, outlet.connection_id)
    for batch in batches:
        with outlet.database.read() as connection:
            members = outbox_batches.members_of(connection, outlet.organisation_id, batch.id)
            ids = [row.entry_id for row in members]
            rows = outbox_entries.find_entries(connection, outlet.organisation_id, ids)
        said = {row.write_id: Outcome(write_id=row.write_id, result=Result.LATER) for row in rows}
        with outlet.write() as connection:
            settle_in(connection, outlet, Ran(), batch, rows, said)


def _newest_is_last(*arguments: Any, **named: Any) -> Verdict:
    """In the place of `decide`: whatever comes is written, and be it older than what stands."""
    found = _DECIDE(*arguments, **named)
    return Verdict.WRITE if found is Verdict.STALE else found


_DECIDE = sync.decide.decide

PLANTS: dict[str, Plant] = {
    "no-key": Plant(what="posting without a key, and without looking up", parts=Parts(app=_KeylessApp)),
    "late-tokens": Plant(what="saving new tokens after they are used", parts=Parts(app=_LateTokensApp)),
    "hasty-door": Plant(what="acknowledging a webhook before it is kept", parts=Parts(receiving=_HastyDoor)),
    "locked-period": Plant(
        what="posting into a locked period", exchanged=((Books, "locked_through", property(lambda _: None)),)
    ),
    "early-release": Plant(
        what="dropping the reservation when a posting fails",
        exchanged=((store.queries.documents, "RESERVING", ("awaiting", "approved", "posting")),),
    ),
    "batch-again": Plant(
        what="sending what had no answer again, as a new call", exchanged=((posting.run, "recover", _as_new),)
    ),
    "older-wins": Plant(
        what="writing an older state over a newer one", exchanged=((sync.apply, "decide", _newest_is_last),)
    ),
}
