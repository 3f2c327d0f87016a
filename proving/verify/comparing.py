"""What one verification compares, check by check: the provider's figures, then its feeds, then the store's own records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from connectors.figures import Balances, Basis, Control, Figures
from connectors.port import Connector, Context
from ledger.balance import BalanceTransaction
from ledger.invoice import Invoice
from ledger.money import Money
from proving.clearing_proof import ClearingProof
from proving.verify import clearing, processor, receivables
from proving.verify.differences import Check, Difference
from proving.verify.finer import finer_rows
from proving.verify.mine import Mine
from proving.verify.owed import Owed, owed_rows, owed_sums
from proving.verify.posted import posted_rows
from proving.verify.upstream import Upstream
from store.database import Database
from store.intake import counts_by_kind
from store.queries import proving
from store.queries.proving import OwnRecord
from store.scope import Scope

OWED_PAGES = 100
"""So much of a processor's list of what is owed is read, 10,000 invoices; of more that is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifying:
    """What a verification works with. states: where the feeds stand; None where no sync has come to its end yet.

    mine: None for a processor. is_book: a processor whose own records are the books. proofs: of clearing, as of the day: a processor's own, or of a ledger all that
    its accounts mirror. anchor: of the audit log, as it stands; None where that does not hold. newest: when a record
    was last written down, before `mine` was read; renewed: newest, proofs and mine as they are now.
    """

    database: Database
    scope: Scope
    entity_id: UUID
    connector: Connector
    figures: Figures
    context: Context
    mine: Mine | None
    on: date
    by: str
    since: date | None
    now: Callable[[], datetime]
    proofs: Sequence[ClearingProof] = ()
    report: Callable[[str], None] = lambda _: None
    anchor: Mapping[str, Any] | None = None
    newest: datetime | None = None
    is_book: bool = False
    renewed: Callable[[], Mapping[str, Any]] | None = None


@dataclass(slots=True)
class Comparison:
    """The rows so far, and what was compared, check by check."""

    what: Verifying
    rows: list[Difference] = field(default_factory=list)
    totals: dict[str, Any] = field(default_factory=dict)
    control: Control | None = None
    bank_read: bool = False

    def run(self) -> None:
        """Figures come first: what changes after them is found by the feeds, and not the other way round."""
        what = self.what
        with what.database.read() as connection:
            states = proving.feed_states(connection, what.scope, what.figures.feeds)
            own = proving.own_records(connection, what.scope)
            marks = proving.write_ids(connection, what.scope)
        balances = self._read()
        what.report("how many records there are")
        counts, funds = what.figures.counts(), what.figures.funds()
        owed = self._owed_there() if what.is_book else None
        by_record = {(one.kind, one.external_id): one.write_id for one in own}
        upstream = Upstream(
            what.database, what.scope, what.connector, what.figures, what.context, by_record, marks, what.on
        )  # fmt: skip
        if states is not None:
            upstream.since_last_sync(states, what.report)
        if what.mine is not None and balances is not None:
            self._receivables(what.mine, balances, upstream)
        changes = receivables.document_rows(upstream.standing())
        self._add(
            "document", len(upstream.changes), changes, behind=upstream.behind, synced=states is not None,
            not_looked_at=upstream.not_looked_at,
        )  # fmt: skip
        self._posted(upstream, own)
        if counts:
            self._counts(counts, upstream)
        if owed is not None:
            self._owed(owed, upstream)
        if funds is not None:
            self._funds(funds, upstream)
        self._clearing(upstream)

    def _add(self, check: str, compared: int, rows: Sequence[Difference], **more: Any) -> None:
        self.rows += rows
        self.totals[check] = {"compared": compared, "differ": len(rows), **more}

    def _read(self) -> Balances | None:
        what = self.what
        if what.mine is None:
            return None
        what.report("the control account")
        self.control = what.figures.control(what.on, what.mine.home)
        what.report("what each customer owes")
        return what.figures.customers(what.on)

    def _receivables(self, mine: Mine, balances: Balances, upstream: Upstream) -> None:
        """Customers whose difference no change explains are looked at one by one."""
        gaps = receivables.gaps(mine, balances, upstream.standing())
        unclear = [gap.customer for gap in gaps if gap.rest and gap.customer]
        if unclear:
            upstream.of_customers(unclear, self.what.report)
            gaps = receivables.gaps(mine, balances, upstream.standing())
        rows = receivables.customer_rows(mine, balances, gaps, self.what.figures.provider)
        if self.control is not None:
            provider = self.what.figures.provider
            one = receivables.control_row(mine, self.control, balances, rows, provider)
            fine = finer_rows(
                self.control, provider, Check.CONTROL, dict.fromkeys(self.control.accounts, "Accounts receivable")
            )
            self._add(
                "control", 1, [*([one] if one else []), *fine], ours=str(mine.total), theirs=str(self.control.total),
                currency=mine.home, ours_minor=mine.total.minor, theirs_minor=self.control.total.minor,
                source=self.control.source,
            )  # fmt: skip
        self._add("customer", len({*balances.customers, *mine.customers}), rows, basis=balances.basis.value,
            as_of=self._as_of(balances).isoformat(),
        )  # fmt: skip

    def _as_of(self, balances: Balances) -> date:
        """The day that customers' figures are of: some ledgers tell only how they stand now."""
        if balances.basis is Basis.HOME:
            return self.what.on
        return self.what.now().astimezone(ZoneInfo(self.what.context.time_zone)).date()

    def _posted(self, upstream: Upstream, own: Sequence[OwnRecord]) -> None:
        """Our own records as the last sync left them; those that the feeds tell of now are named already."""
        keys = [(one.kind, one.external_id) for one in own]
        with self.what.database.read() as connection:
            values = proving.values_of(connection, self.what.scope, keys)
        told = {external_id for _, external_id in upstream.changes}
        found = posted_rows(own, values, self.what.figures.provider)
        self._add("posted", len(own), [row for row in found if row.subject not in told])

    def _counts(self, counts: Mapping[str, int], upstream: Upstream) -> None:
        with self.what.database.read() as connection:
            held = counts_by_kind(connection, self.what.scope)
        if any(counts[kind] != held.get(kind, 0) for kind in counts if kind in self.what.figures.bank_feeds):
            self._banked(upstream)
        rows = receivables.count_rows(held, counts, upstream.fresh, self.what.figures.provider)
        self._add("count", len(counts), rows, kinds=dict(counts))

    def _funds(self, funds: Mapping[str, Money], upstream: Upstream) -> None:
        what = self.what
        since = what.on - timedelta(days=processor.BACK_DAYS)
        until = what.on - timedelta(days=processor.PAYOUT_DAYS)
        with what.database.read() as connection:
            ours = proving.funds(connection, what.scope)
            first = proving.first_movement(connection, what.scope) if what.since is not None else None
            missing = proving.payouts_without_line(connection, what.scope, what.entity_id, since, until)
            compared = proving.payouts_counted(connection, what.scope, since, until)
            reach = proving.bank_reach(connection, what.scope.organisation_id, what.entity_id)
        fresh: Counter[str] = Counter()
        for value in upstream.fresh_values:
            if isinstance(value, BalanceTransaction):
                fresh[value.net.currency] += value.net.minor
        rows = processor.funds_rows(ours, funds, fresh=fresh, since=first, provider=what.figures.provider)
        balances = {
            currency: {"ours": ours.get(currency, 0), "theirs": funds[currency].minor if currency in funds else 0}
            for currency in sorted({*ours, *funds})
        }
        self._add("funds", len(funds), rows, balances=balances)
        self._add("payout", compared if reach else 0, processor.payout_rows(missing, reach), reach=bool(reach))

    def _owed_there(self) -> tuple[dict[str, Owed], bool]:
        """By external id what the processor lists as owed, and whether that is all of it."""
        what = self.what
        found: dict[str, Owed] = {}
        what.report("which invoices are owed")
        for number, page in enumerate(what.figures.owed()):
            if number == OWED_PAGES:
                return found, False
            values = (value for record in page.records for value in what.connector.map(record, what.context).values)
            found.update(
                (one.external_id, Owed(number=one.number, amount=one.open_amount, issued_on=one.issued_on))
                for one in values
                if isinstance(one, Invoice)
            )
        return found, True

    def _owed(self, owed: tuple[dict[str, Owed], bool], upstream: Upstream) -> None:
        """Of a list that was not read to its end no more than what it named."""
        what, (theirs, whole) = self.what, owed
        with what.database.read() as connection:
            held = proving.owed_invoices(connection, what.scope)
        ours = {
            row.external_id: Owed(number=row.number, amount=Money(row.open_amount_minor, row.currency))
            for row in held
            if whole or row.external_id in theirs
        }
        rows = owed_rows(
            ours, theirs, told={own for _, own in upstream.changes}, behind=upstream.behind, since=what.since,
            provider=what.figures.provider,
        )  # fmt: skip
        today = what.now().astimezone(ZoneInfo(what.context.time_zone)).date()
        self._add(
            "owed", len({*ours, *theirs}), rows, balances=owed_sums(ours.values(), theirs.values()), whole=whole,
            as_of=today.isoformat(),
        )  # fmt: skip

    def _banked(self, upstream: Upstream) -> None:
        """What the feeds of the bank side tell: asked for where something differs that they may explain, and only once."""
        feeds, self.bank_read = () if self.bank_read else self.what.figures.bank_feeds, True
        with self.what.database.read() as connection:
            states = proving.feed_states(connection, self.what.scope, feeds)
        if states:
            upstream.since_last_sync(states, self.what.report)

    def _clearing(self, upstream: Upstream) -> None:
        """A processor's accounts are proved; a ledger's clearing accounts are held against its own report."""
        proved = [one for one in self.what.proofs if one.account is not None]
        if not proved:
            return
        if self.control is None:
            rows = clearing.unexplained_rows(proved)
        else:
            rows = clearing.mirrored_rows(proved, self.control, self.what.figures.provider, upstream.moved)
            if rows:
                self._banked(upstream)
                rows = clearing.mirrored_rows(proved, self.control, self.what.figures.provider, upstream.moved)
        self._add("clearing", len(proved), rows)
