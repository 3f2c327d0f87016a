"""Bank lines that are a processor's payout, and never a customer's payment. Pure.

A line is a payout's where its text names it, by its id or by the bank's trace id; else where amount and currency are equal,
it arrived within some days, and the processor or nobody is named. One payout is one line's; the surest pair goes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ledger.money import Money
from reconcile.books.cash_records import Key, party_words
from reconcile.books.payout_parts import in_words
from reconcile.fold import fold, words
from reconcile.legal_forms import PROCESSORS
from store.queries.payouts import Sum

SOURCE = "bank"
PAYOUT_DAYS = 5  # a payout that arrives before a long weekend
_ARRIVES = frozenset({"paid", "in_transit", "pending"})
_TELLING = 8  # letters of an id that no text holds by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOut:
    """A line's receipt and the payout whose money it is."""

    line: Any
    payout: Any

    @property
    def receipt_id(self) -> UUID:
        own: UUID = self.line.id
        return own

    @property
    def payout_key(self) -> tuple[UUID, str]:
        return self.payout.connection_id, self.payout.external_id


def is_bank_line(row: Any) -> bool:
    return bool(row.source == SOURCE)


def is_paid_out(row: Any) -> bool:
    """A line that was found to be a payout: the matcher has nothing to say of it."""
    return is_bank_line(row) and row.status == "payout" and row.payout_external_id is not None


def find_payouts(
    lines: Sequence[Any], payouts: Sequence[Any], names_invoice: Callable[[str], bool],
    apart: frozenset[tuple[UUID, Key]] = frozenset(),
) -> list[PaidOut]:  # fmt: skip
    """Each line's payout, if it has one. `apart`: pairs of which a person said that they are two."""
    sent = [row for row in payouts if row.arrives_on is not None and row.amount_minor]
    by_amount: dict[tuple[str, int], list[Any]] = defaultdict(list)
    by_name: dict[str, Any] = {}
    for payout in sent:
        if payout.status in _ARRIVES:  # one that came back later had arrived where a line names it
            by_amount[payout.currency, payout.amount_minor].append(payout)
        for name in (payout.external_id, payout.trace_id):
            telling = max(words(fold(name or "")), key=len, default="")
            if len(telling) >= _TELLING:
                by_name[telling] = payout
    pairs = []
    for line in lines:
        named = _named(line, by_name)
        if named is not None:
            pairs.append(((0, _days(line, named)), str(line.id), named.external_id, line, named))
        for payout in by_amount.get((line.currency, line.amount_minor), ()):
            grade = _unnamed(line, payout, names_invoice)
            if payout is not named and grade and _days(line, payout) <= PAYOUT_DAYS:
                pairs.append(((grade, _days(line, payout)), str(line.id), payout.external_id, line, payout))
    pairs = [pair for pair in pairs if (pair[3].id, _key(pair[4])) not in apart]
    once = _once((key, line, payout) for key, _, _, line, payout in sorted(pairs, key=lambda one: one[:3]))
    return [PaidOut(line=line, payout=payout) for line, payout in once]


def _key(payout: Any) -> Key:
    return payout.connection_id, payout.record_kind, payout.external_id


def _once(pairs: Iterable[tuple[Any, Any, Any]]) -> Iterator[tuple[Any, Any]]:
    lines, payouts = set(), set()
    for _, line, payout in pairs:
        if line.id not in lines and payout.id not in payouts:
            lines.add(line.id)
            payouts.add(payout.id)
            yield line, payout


def _days(line: Any, payout: Any) -> int:
    return int(abs((payout.arrives_on - line.received_on).days))


def _said(line: Any) -> str:
    return f"{line.payer_name or ''} {line.reference or ''}"


def _named(line: Any, by_name: Mapping[str, Any]) -> Any:
    """The payout that the text names, if it went the same way."""
    for word in words(fold(_said(line))):
        payout = by_name.get(word)
        if payout is not None and (payout.amount_minor > 0) == (line.amount_minor > 0):
            return payout
    return None


def _unnamed(line: Any, payout: Any, names_invoice: Callable[[str], bool]) -> int:
    """1 where the processor is named, 2 where nobody is; 0 where the line is somebody's."""
    said = words(fold(_said(line)))
    if payout.provider.upper() in said:
        return 1
    somebody = party_words(line.payer_name or "") - PROCESSORS
    return 0 if somebody or names_invoice(_said(line)) or line.amount_minor < 0 else 2


def told(found: PaidOut, own: Sum) -> str:
    """What people read of it. `own`: what the payout's parts add up to."""
    line, payout = found.line, found.payout
    parts = in_words(payout, own.count, own.net_minor, own.unread)
    pulled = " pulled back" if payout.amount_minor < 0 else ""
    head = f"It is the payout {payout.external_id} of {_day(payout.left_on)}{pulled}"
    if line.currency != payout.currency:
        sent, came = Money(payout.amount_minor, payout.currency), Money(line.amount_minor, line.currency)
        return f"{head}, which the bank changed from {sent} to {came}; {parts}."
    short = payout.amount_minor - line.amount_minor
    if short:
        sent = Money(payout.amount_minor, payout.currency)
        side = "less" if short > 0 else "more"
        return f"{head} of {sent}, and {Money(abs(short), payout.currency)} {side} arrived; {parts}."
    return f"{head}; {parts}."


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"
