"""Receivables: the control account and each customer, ours against the ledger's, with the causes that changes give. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.figures import Balances, Basis, Control, nearest
from ledger.currency import exponent
from ledger.money import Money
from proving.verify.changes import Change, called
from proving.verify.differences import PROVIDERS, Cause, Check, Difference, shared
from proving.verify.mine import Mine

CENTS_A_CUSTOMER = 5
"""How far sums of converted documents may lie apart by rounding alone, in minor units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A customer whose figure is another there. rest: what the changes do not explain, in the figure's own units."""

    customer: str
    ours: Decimal
    theirs: Decimal
    changes: tuple[Change, ...]
    rest: Decimal


def gaps(mine: Mine, theirs: Balances, changes: Iterable[Change]) -> list[Gap]:
    """Every customer that differs, the largest first."""
    by_customer: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        for customer in change.customers:
            by_customer[customer].append(change)
    found = []
    for customer in {*theirs.customers, *_ours(mine, theirs.basis)}:
        here, there = _own(mine, theirs.basis, customer), theirs.customers.get(customer, Decimal(0))
        if here != there:
            own = tuple(by_customer.get(customer, ()))
            explained = sum((_moved(change, customer, theirs.basis, mine.home) for change in own), Decimal(0))
            found.append(Gap(customer=customer, ours=here, theirs=there, changes=own, rest=there - here - explained))
    return sorted(found, key=lambda gap: (-abs(gap.theirs - gap.ours), gap.customer))


def _ours(mine: Mine, basis: Basis) -> set[str]:
    return set(mine.customers if basis is Basis.HOME else mine.standing)


def _own(mine: Mine, basis: Basis, customer: str) -> Decimal:
    if basis is Basis.STANDING:
        return mine.standing_of(customer)
    money = mine.customers.get(customer)
    return Decimal(0) if money is None else money.decimal()


def _moved(change: Change, customer: str, basis: Basis, home: str) -> Decimal:
    if basis is Basis.HOME:
        return Money(change.home.get(customer, 0), home).decimal()
    return sum(
        (Money(minor, currency).decimal() for (own, currency), minor in change.effects.items() if own == customer),
        Decimal(0),
    )


def customer_rows(mine: Mine, theirs: Balances, found: Sequence[Gap], provider: str) -> list[Difference]:
    return [_row(mine, theirs, gap, PROVIDERS[provider]) for gap in found]


def _row(mine: Mine, theirs: Balances, gap: Gap, there: str) -> Difference:
    currency: str | None = mine.home
    if theirs.basis is Basis.STANDING:
        own = mine.currencies_of(gap.customer) | {
            key for change in gap.changes for name, key in change.effects if name == gap.customer
        }
        currency = _unit(gap, own, mine.home)
    causes = {change.cause for change in gap.changes if _moved(change, gap.customer, theirs.basis, mine.home)}
    rest_cause, rest_words = _rest(mine, theirs, gap, there)
    if gap.rest:
        causes = (causes | {rest_cause}) if abs(gap.rest) > 0 else causes
    name = mine.names.get(gap.customer) or theirs.names.get(gap.customer) or gap.customer or "No customer"
    told = [change.words for change in gap.changes if change.cause in causes]
    if gap.rest:
        told.append(rest_words)
    if currency is None:
        told.insert(
            0, f"{gap.ours:f} here and {gap.theirs:f} there, amounts of several currencies added up as they are."
        )
    return Difference(
        check=Check.CUSTOMER, subject=gap.customer, name=name, cause=shared(causes), words=" ".join(told[:3]),
        ours=None if currency is None else nearest(gap.ours, currency),
        theirs=None if currency is None else nearest(gap.theirs, currency),
        detail={
            "basis": theirs.basis.value, "unexplained": f"{gap.rest:f}",
            "records": [[change.kind, change.external_id] for change in gap.changes],
        },
    )  # fmt: skip


def _unit(gap: Gap, own: set[str], home: str) -> str | None:
    """The currency of a bare sum; of several the home one. None where that cannot hold it: yen with a dinar's thousandths."""
    currency = next(iter(own)) if len(own) == 1 else home
    finest = min(int(side.normalize().as_tuple().exponent) for side in (gap.ours, gap.theirs))
    return currency if -finest <= exponent(currency) else None


def _rest(mine: Mine, theirs: Balances, gap: Gap, there: str) -> tuple[Cause, str]:
    """What the changes leave unexplained."""
    amount = f"{gap.rest:+f}"
    if not gap.customer:
        return Cause.NO_CUSTOMER, f"{there} holds {amount} on receivables that names no customer."
    foreign = bool(mine.currencies_of(gap.customer) - {mine.home})
    if theirs.basis is Basis.HOME:
        in_units = abs(gap.rest).scaleb(exponent(mine.home))
        if in_units < 1:
            return Cause.ROUNDING, f"{there} says {gap.theirs:f}, which is finer than {mine.home} has units."
        later = mine.standing_of(gap.customer) if not foreign else None
        if later is not None and later == gap.theirs:
            return (
                Cause.DATE_BASIS,
                f"All its documents agree; one of {amount} counts on another side of {mine.on:%d %b %Y} there.",
            )
        if foreign:
            words = f"{amount} is left by converting its foreign documents."
            return (Cause.ROUNDING if in_units <= CENTS_A_CUSTOMER else Cause.REVALUATION), words
    return Cause.UNKNOWN, f"{amount} is explained by no document that was found."


def control_row(
    mine: Mine, control: Control, theirs: Balances | None, rows: Sequence[Difference], provider: str
) -> Difference | None:
    """None where the control account is what we have."""
    apart = control.total - mine.total
    if not apart:
        return None
    there = PROVIDERS[provider]
    customers = [row for row in rows if row.check is Check.CUSTOMER]
    named = None
    if theirs is not None and theirs.basis is Basis.HOME:
        named = nearest(sum(theirs.customers.values(), Decimal(0)), mine.home)
    if customers:
        cause = shared({row.cause for row in customers})
        words = f"It is the sum of {len(customers)} customer{'s' if len(customers) > 1 else ''} that differ{'s' if len(customers) == 1 else ''}."
        if named is not None and named != control.total:
            words += f" {control.total - named} of it stands on the account in {there} and with no customer."
    elif named is not None and named != control.total:
        cause, words = _unnamed(mine, control.total - named, there)
    elif mine.unpriced:
        cause, words = (
            Cause.NO_RATE,
            f"{len(mine.unpriced)} documents have no exchange rate here: {', '.join(mine.unpriced[:3])}.",
        )
    elif mine.currencies - {mine.home}:
        cause = Cause.REVALUATION
        words = f"Every customer agrees in its own currency; {there} converts at other rates than the documents and days here tell."
    else:
        cause = Cause.DATE_BASIS
        words = (
            f"Every customer agrees as it stands now; {there} counts something on another side of {mine.on:%d %b %Y}."
        )
    return Difference(
        check=Check.CONTROL, subject="accounts receivable", name="Accounts receivable", cause=cause, words=words, ours=mine.total,
        theirs=control.total, detail={"source": control.source, "accounts": {key: money.minor for key, money in control.accounts.items()}},
    )  # fmt: skip


def _unnamed(mine: Mine, left: Money, there: str) -> tuple[Cause, str]:
    if mine.currencies - {mine.home}:
        return (
            Cause.REVALUATION,
            f"{left} stands on the account in {there} and with no customer: a revaluation of foreign documents.",
        )
    return Cause.NO_CUSTOMER, f"{left} stands on the account in {there} and with no customer."


def document_rows(changes: Iterable[Change]) -> list[Difference]:
    """A row for each record that was changed there."""
    return [
        Difference(
            check=Check.POSTED if change.own else Check.DOCUMENT, subject=change.external_id, name=called(change.noun, change.number), cause=change.cause,
            words=change.words, ours=change.before, theirs=change.after,
            detail={
                "kind": change.kind, "facts": {name: list(sides) for name, sides in change.facts.items()},
                "customers": sorted(change.customers), "at": None if change.at is None else change.at.isoformat(),
                "own": change.own, "on": None if change.on is None else change.on.isoformat(),
            },
        )
        for change in sorted(changes, key=lambda one: (one.kind, one.external_id))
    ]  # fmt: skip


def count_rows(
    ours: Mapping[str, int], theirs: Mapping[str, int], fresh: Mapping[str, int], provider: str
) -> list[Difference]:
    """fresh: by kind how many records came less how many went since the last sync, whether they move receivables or not."""
    found = []
    for kind, there in sorted(theirs.items()):
        here = ours.get(kind, 0)
        if here == there:
            continue
        told = fresh.get(kind, 0) == there - here
        cause = Cause.NOT_SYNCED if told else Cause.UNKNOWN
        words = f"{PROVIDERS[provider]} holds {there:,} records of the kind {kind}, here are {here:,}."
        if told:
            words += " The difference came or went since the last sync."
        found.append(
            Difference(check=Check.COUNT, subject=kind, name=kind, cause=cause, words=words, numbers=(here, there))
        )
    return found
