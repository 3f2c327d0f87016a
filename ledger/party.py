"""A party: one payer or debtor of an organisation, linked to the customer records that each system has of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLink:
    """One customer record of a party, and why they were linked: email, name, reference, person. Never written back."""

    connection: str
    customer_external_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    name: str
    links: tuple[PartyLink, ...] = ()
