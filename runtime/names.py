"""Every setting by name: what it means, what it is when nobody says, and whether it may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PREFIX: Final = "TIEOUT_"
XERO_READING_SCOPES: Final = (
    "offline_access accounting.contacts.read accounting.settings.read accounting.invoices.read "
    "accounting.payments.read accounting.banktransactions.read accounting.reports.aged.read "
    "accounting.reports.balancesheet.read accounting.reports.trialbalance.read accounting.reports.banksummary.read"
)


@dataclass(frozen=True, slots=True)
class Name:
    """`default` is what stands where nobody says; None: nothing, or worked out from other settings."""

    name: str
    meaning: str
    default: str | None = None
    secret: bool = False


NAMES: Final[tuple[Name, ...]] = (
    Name("TIEOUT_HOME", "folder of the embedded storage", "~/.tieout"),
    Name("TIEOUT_DATABASE_URL", "SQLAlchemy URL; default SQLite under TIEOUT_HOME"),
    Name("TIEOUT_REDIS_URL", "Redis or Valkey of the queue; default an embedded one"),
    Name("TIEOUT_BASE_URL", "the address that people and providers reach us at", "http://127.0.0.1:8765"),
    Name("TIEOUT_SECRET_KEY", "signs sessions and links", secret=True),
    Name("TIEOUT_ENCRYPTION_KEYS", "comma-separated keys that seal tokens, newest first", secret=True),
    Name("TIEOUT_STRIPE_SECRET_KEY", "the platform's API key", secret=True),
    Name("TIEOUT_STRIPE_CLIENT_ID", "Stripe Connect's client id"),
    Name("TIEOUT_STRIPE_WEBHOOK_SECRET", "the platform's webhook signing secret", secret=True),
    Name("TIEOUT_STRIPE_API_BASE", "Stripe's API", "https://api.stripe.com"),
    Name("TIEOUT_STRIPE_CONNECT_BASE", "Stripe's consent and token pages", "https://connect.stripe.com"),
    Name("TIEOUT_XERO_CLIENT_ID", "the Xero app's client id"),
    Name("TIEOUT_XERO_CLIENT_SECRET", "the Xero app's secret", secret=True),
    Name("TIEOUT_XERO_WEBHOOK_KEY", "signs Xero's webhooks", secret=True),
    Name("TIEOUT_XERO_SCOPES", "what is asked of Xero, separated by spaces", XERO_READING_SCOPES),
    Name("TIEOUT_XERO_API_BASE", "Xero's accounting API", "https://api.xero.com/api.xro/2.0"),
    Name("TIEOUT_XERO_LOGIN_BASE", "Xero's consent pages", "https://login.xero.com"),
    Name("TIEOUT_XERO_IDENTITY_BASE", "Xero's token service", "https://identity.xero.com"),
    Name("TIEOUT_QUICKBOOKS_CLIENT_ID", "the Intuit app's client id"),
    Name("TIEOUT_QUICKBOOKS_CLIENT_SECRET", "the Intuit app's secret", secret=True),
    Name("TIEOUT_QUICKBOOKS_WEBHOOK_VERIFIER", "signs QuickBooks' webhooks", secret=True),
    Name("TIEOUT_QUICKBOOKS_ENVIRONMENT", "production or sandbox", "production"),
    Name("TIEOUT_QUICKBOOKS_API_BASE", "QuickBooks' API; wins over the environment"),
    Name("TIEOUT_QUICKBOOKS_DISCOVERY_URL", "Intuit's OpenID discovery document; default by environment"),
    Name("TIEOUT_QUICKBOOKS_MONTHLY_READS", "reads a month that Intuit's tier allows the app", "500000"),
    Name("TIEOUT_SMTP_URL", "server that mail goes out by"),
    Name("TIEOUT_MAIL_FROM", "sender of reminders and digests"),
)
BY_NAME: Final = {each.name: each for each in NAMES}
