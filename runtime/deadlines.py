"""When a consent ends by itself, and what it does not cover: told before work stops. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ledger.finding import Finding, Severity
from store.deadlines import WARNED

WARN_BEFORE = timedelta(days=14)
QUICKBOOKS_LONGEST = timedelta(days=5 * 365)  # Intuit's cap on one consent, however often it is refreshed
NAMES = {"quickbooks": "QuickBooks", "xero": "Xero", "stripe": "Stripe"}


def consent_ends(provider: str, connected_at: datetime, refresh_expires_at: datetime | None) -> datetime | None:
    """The moment from which on a person has to connect again if nothing is synced before; None: no such moment."""
    cap = connected_at + QUICKBOOKS_LONGEST if provider == "quickbooks" else None
    return min((moment for moment in (cap, refresh_expires_at) if moment is not None), default=None)


def ends_soon(company: str, company_id: str, provider: str, ends: datetime | None, now: datetime) -> Finding | None:
    """A warning in the last fortnight."""
    if ends is None or ends - now > WARN_BEFORE:
        return None
    name = NAMES[provider]
    if ends <= now:
        sentence = f"{name}'s consent for {company} has ended; connect it again."
    else:
        sentence = f"{name}'s consent for {company} ends on {ends:%Y-%m-%d}; connect it again before that day."
    return Finding("consent_ends_soon", sentence, Severity.WARNING, WARNED, company_id)


def not_covered(company: str, company_id: str, wanted: Sequence[str], granted: str) -> Finding | None:
    """A warning where the consent grants less than is asked for; leave to write holds leave to read. Nothing where the
    provider does not say what it grants.
    """
    given = set(granted.split())
    missing = [scope for scope in wanted if not given & {scope, scope.removesuffix(".read")}] if given else []
    if not missing:
        return None
    sentence = f"Xero's consent for {company} lacks {', '.join(missing)}; connect it again and agree to all of it."
    return Finding("consent_lacks_scope", sentence, Severity.WARNING, WARNED, company_id)
