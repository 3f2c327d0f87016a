"""What is owed at a processor whose own records are the books: invoice by invoice, ours against its list. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.money import Money
from proving.verify.differences import PROVIDERS, Cause, Check, Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An invoice that is owed, as one side has it."""

    number: str | None
    amount: Money
    issued_on: date | None = None


def owed_rows(
    ours: Mapping[str, Owed], theirs: Mapping[str, Owed], *, told: Collection[str], behind: bool, since: date | None,
    provider: str,
) -> list[Difference]:  # fmt: skip
    """By external id. told: invoices whose change the feeds tell of; each stands as a row of its own already.

    behind: the feeds were not read to their end. since: the first day that is read; None for all of it.
    """
    return [
        _row(
            own,
            ours.get(own),
            theirs.get(own),
            _cause(theirs.get(own), behind=behind, since=since, known=own in ours),
            PROVIDERS[provider],
        )
        for own in sorted({*ours, *theirs})
        if own not in told and not _same(ours.get(own), theirs.get(own))
    ]


def _same(here: Owed | None, there: Owed | None) -> bool:
    return here is not None and there is not None and here.amount == there.amount


def _cause(there: Owed | None, *, behind: bool, since: date | None, known: bool) -> Cause:
    if (
        not known
        and since is not None
        and there is not None
        and there.issued_on is not None
        and there.issued_on < since
    ):
        return Cause.HISTORY
    return Cause.NOT_SYNCED if behind else Cause.UNKNOWN


def _row(own: str, here: Owed | None, there: Owed | None, cause: Cause, provider: str) -> Difference:
    if there is None:
        words = f"{provider} does not hold it among what is owed."
    elif here is None:
        words = f"{there.amount} is owed at {provider} and not here."
        if cause is Cause.HISTORY and there.issued_on is not None:
            words += f" It is of {there.issued_on:%d %b %Y}, before the first day that is read."
    else:
        words = f"{there.amount} of it is owed at {provider}, {here.amount} here."
    if cause is Cause.UNKNOWN:
        words += " No change was told of since the last sync."
    number = next((one.number for one in (here, there) if one is not None and one.number), own)
    return Difference(
        check=Check.OWED, subject=own, name=f"Invoice {number}", cause=cause, words=words,
        ours=None if here is None else here.amount, theirs=None if there is None else there.amount,
        remedy="Run a full sync and verify again; if it stays, compare the invoice there." if cause is Cause.UNKNOWN else "",
        detail={"kind": "invoices"},
    )  # fmt: skip


def owed_sums(ours: Iterable[Owed], theirs: Iterable[Owed]) -> dict[str, dict[str, Any]]:
    """By currency both sides' sums, in minor units."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {"ours": 0, "theirs": 0})
    for side, some in (("ours", ours), ("theirs", theirs)):
        for one in some:
            sums[one.amount.currency][side] += one.amount.minor
    return dict(sorted(sums.items()))
