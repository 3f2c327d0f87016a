"""An entity's rules of posting: whether anything is written to its books, where to, and who books what.

Rules are data with versions (store/posting_rules.py); a posting keeps the version that it was planned by.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec


class Mode(StrEnum):
    """off: the books are only read. by_hand: what is ready is sent when a person says so. automatic: by the worker."""

    OFF = "off"
    BY_HAND = "by_hand"
    AUTOMATIC = "automatic"


class Role(StrEnum):
    """What an account of the books is for. The first four belong to one source and currency."""

    BANK = "bank"
    CLEARING = "clearing"
    DISPUTED = "disputed"
    RESERVE = "reserve"
    UNDEPOSITED = "undeposited"
    PROCESSOR_FEE = "processor_fee"
    DISPUTE_FEE = "dispute_fee"
    BANK_FEE = "bank_fee"
    WITHHOLDING = "withholding"
    DISCOUNT = "discount"
    ROUNDING = "rounding"
    BAD_DEBT = "bad_debt"
    EXCHANGE = "exchange"
    SUSPENSE = "suspense"
    SALES = "sales"


class FeePolicy(StrEnum):
    """When a processor's fees are booked."""

    PAYOUT = "payout"
    DAY = "day"
    CHARGE = "charge"


class Kind(StrEnum):
    """What a processor's money does, each booked by one poster."""

    CHARGE = "charge"
    FEE = "fee"
    REFUND = "refund"
    DISPUTE = "dispute"
    RESERVE = "reserve"
    PAYOUT = "payout"


class Place(msgspec.Struct, frozen=True):
    """`account` (the books' external id) plays `role`; for one source connection and currency where those are named."""

    role: Role
    account: str
    source: str = ""
    """The connection's id as text; empty: any."""
    currency: str = ""
    tax_code: str = ""
    """Used on lines to this account; empty: none is given. Never guessed."""
    item: str = ""
    """The product or service that leads to this account, for books whose credit notes name no account."""


class Booking(msgspec.Struct, frozen=True):
    """Who books a kind of a processor's money. poster: "tieout", "nobody", or the name of another app."""

    source: str
    kind: Kind
    poster: str
    since: date | None = None
    """Tieout books what happened from this day on; earlier ones were booked otherwise."""


class Limit(msgspec.Struct, frozen=True):
    """The most that may be let go of in one month, in major units: by `user` or for `customer`, empty for each."""

    currency: str
    most: int
    per: str = "user"
    """user, customer or month."""


class PostingRules(msgspec.Struct, frozen=True):
    mode: Mode = Mode.OFF
    since: date | None = None
    """Receipts of earlier days are never posted."""
    places: tuple[Place, ...] = ()
    bookings: tuple[Booking, ...] = ()
    fees: FeePolicy = FeePolicy.PAYOUT
    limits: tuple[Limit, ...] = ()
    second_above: tuple[Limit, ...] = ()
    """Letting go of more than this in one decision takes a second person."""
    rounding_minor: int = 5
    settings: dict[str, str] = {}

    def place(self, role: Role, source: str = "", currency: str = "") -> Place | None:
        """The account for a role: the one named for this source and currency goes before a general one."""
        fitting = [
            place for place in self.places
            if place.role == role and place.source in ("", source) and place.currency in ("", currency)
        ]  # fmt: skip
        return max(fitting, key=lambda place: (bool(place.source), bool(place.currency)), default=None)

    def poster(self, source: str, kind: Kind) -> Booking | None:
        """Who books a kind of this source; None where nobody has said."""
        return next((one for one in self.bookings if one.source == source and one.kind == kind), None)
