"""What our own writing leaves in a record's metadata: which entry it is, and the day on which the money came."""

from __future__ import annotations

from datetime import date

from connectors.stripe import wire

MARKER = "tieout_write_id"
DAY = "tieout_received_on"


def marker_of(metadata: wire.Metadata) -> str:
    return str((metadata or {}).get(MARKER) or "")


def day_of(metadata: wire.Metadata) -> date | None:
    """Stripe itself dates only the report of a payment, not the payment."""
    try:
        return date.fromisoformat(str((metadata or {}).get(DAY) or ""))
    except ValueError:
        return None
