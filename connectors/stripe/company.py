"""The account behind a key, as a company."""

from __future__ import annotations

from zoneinfo import available_timezones

from connectors.stripe import wire
from connectors.stripe.currency import known_currency
from ledger.company import Company


def company_of(account: wire.Account, key: str) -> Company:
    """Whether it is live shows in the key, which has it in its name; the account object does not always say."""
    dashboard = account.settings.dashboard if account.settings else None
    name = (account.business_profile.name if account.business_profile else None) or (
        dashboard.display_name if dashboard else None
    )
    live = account.livemode if account.livemode is not None else "_test_" not in key[:12]
    return Company(
        external_id=account.id,
        name=name or account.email or account.id,
        country=account.country,
        home_currency=known_currency(account.default_currency),
        time_zone=dashboard.timezone if dashboard and dashboard.timezone in available_timezones() else None,
        multi_currency=True,
        live=live,
    )
