"""Which permissions an app may ask for, and which one a call needs."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.xero.kinds import KINDS
from sandbox.xero.reports import REPORTS

_REPORT_WORDS = (
    "aged", "balancesheet", "banksummary", "budgetsummary", "executivesummary", "profitandloss", "taxreports",
    "tenninetynine", "trialbalance",
)  # fmt: skip
_WRITABLE = ("attachments", "banktransactions", "contacts", "invoices", "manualjournals", "payments", "settings")
KNOWN = frozenset(
    {"openid", "profile", "email", "offline_access", "accounting.journals.read"}
    | {f"accounting.{word}{end}" for word in _WRITABLE for end in ("", ".read")}
    | {f"accounting.reports.{word}.read" for word in _REPORT_WORDS}
)
ALL = " ".join(sorted(KNOWN))


def unknown(scope: str) -> list[str]:
    """What an app made after March 2026 cannot ask for: among them the broad ones of before."""
    return sorted(set(scope.split()) - KNOWN)


def allows(scope: str, resource: str, *, writes: bool) -> bool:
    """resource: a kind, or Reports/NAME."""
    held = set(scope.split())
    needed = _report(resource) if resource.startswith("Reports/") else _kind(resource, writes=writes)
    return bool(held.intersection(needed))


def _report(resource: str) -> Iterable[str]:
    word, _ = REPORTS.get(resource.removeprefix("Reports/"), ("", None))
    return [f"accounting.reports.{word}.read"]


def _kind(resource: str, *, writes: bool) -> Iterable[str]:
    word = f"accounting.{KINDS[resource].scope}"
    return [word] if writes else [word, f"{word}.read"]
