"""Balances that a report gives finer than the currency's unit: compared at the nearest one, and named. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.figures import Control
from ledger.money import Money
from proving.verify.differences import PROVIDERS, Cause, Check, Difference

_REMEDY = "Nothing is to be done here: it comes of a rate with more decimals. A journal in the books over the part can take it off."


def finer_rows(control: Control, provider: str, check: Check, accounts: Mapping[str, str]) -> list[Difference]:
    """A row for each of these accounts (id to name) that the report gives so; `theirs` is what was compared instead."""
    there = PROVIDERS[provider]
    return [
        Difference(
            check=check, subject=account, name=f"{name}, finer than {control.home} has units", cause=Cause.ROUNDING,
            words=(
                f"{there} gives {control.finer[account]:f} {control.home} ({control.source}), of which no document can be;"
                f" {_compared(control, account)} was compared."
            ),
            theirs=_compared(control, account), remedy=_REMEDY, detail={"told": f"{control.finer[account]:f}"},
        )
        for account, name in sorted(accounts.items())
        if account in control.finer
    ]  # fmt: skip


def _compared(control: Control, account: str) -> Money:
    return control.accounts.get(account) or control.every.get(account, Money(0, control.home))
