"""The policy that an organisation follows: read, checked, changed by versions, each change audited with before and after."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from ledger.currency import EXPONENTS, exponent
from ledger.faults import BadInput
from reconcile.policy import Cap, FeeRule, OwnPolicy, Policy
from store import policies, tenancy
from store.audit import Act, lock, record
from store.database import Connection

MOST_MAX = 1_000_000_000  # major units; more is a slip of the keyboard
FEES_MAX = 20
SHIPPED = OwnPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The policy that is followed now, and its version as decisions name it."""

    version: str
    policy: OwnPolicy


def followed(connection: Connection, organisation_id: UUID) -> Followed:
    row = policies.newest(connection, organisation_id)
    if row is None:
        older = tenancy.find_organisation(connection, str(organisation_id)).policy.get("matching", {})
        chosen = {"matching": older} if older else {}
        return Followed(version=str(policies.SHIPPED_VERSION), policy=_applied(chosen))
    return Followed(version=str(row.version), policy=_applied(row.choices))


def change(
    connection: Connection, organisation_id: UUID, wanted: OwnPolicy, *, actor: str, note: str, now: datetime
) -> str:
    """Makes a new version, in the caller's transaction, and gives its number; none where nothing differs.

    Raises BadInput for a policy that cannot be. Whether classes may be on is asked before (`reconcile.books.switching`).
    """
    check(wanted)
    lock(connection, organisation_id)
    standing = followed(connection, organisation_id)
    before, after = choices(standing.policy), choices(wanted)
    if before == after:
        return standing.version
    number = policies.add(connection, organisation_id, after, msgspec.to_builtins(wanted), note=note, by=actor, now=now)
    act = Act(
        actor=actor, verb="policy.change", object_kind="policy", object_id=str(number), summary=f"Matching policy: {note}",
        detail={"before": before, "after": after, "version": number},
    )  # fmt: skip
    record(connection, organisation_id, act, now)
    return str(number)


def choices(policy: OwnPolicy) -> dict[str, Any]:
    """What differs from the shipped policy, as plain data."""
    own, shipped = msgspec.to_builtins(policy, order="sorted"), msgspec.to_builtins(SHIPPED, order="sorted")
    found = {
        part: {name: value for name, value in own[part].items() if value != shipped[part][name]}
        for part in ("matching", "unattended")
    }
    return {part: chosen for part, chosen in found.items() if chosen}


def parsed(content: Mapping[str, Any]) -> OwnPolicy:
    """A policy from plain data over the shipped one. Raises BadInput that names the rule."""
    try:
        found = _applied(content)
    except (msgspec.ValidationError, TypeError) as error:
        raise BadInput(f"This is no matching policy: {error}.") from None
    check(found)
    return found


def rules_digest(policy: Policy) -> str:
    """Tells whether two policies weigh alike: a replay under other rules proves nothing about these."""
    plain = msgspec.json.encode(msgspec.to_builtins(policy, order="sorted"), order="sorted")
    return hashlib.blake2b(plain, digest_size=16).hexdigest()


def unit(currency: str) -> int:
    """Minor units in a major one."""
    return int(10 ** exponent(currency))


def check(policy: OwnPolicy) -> None:
    """Raises BadInput for what no business means."""
    own = policy.matching
    _check_caps(policy.unattended.caps, "the cap for unattended decisions")
    _check_caps(policy.unattended.second_above, "the sum that takes two people")
    if len(own.fee_rules) > FEES_MAX:
        raise BadInput(f"More than {FEES_MAX} rules for bank fees; put rails of the same fee on one line.")
    for rule in own.fee_rules:
        _check_fee(rule)
    if len(own.rounding_rules) > FEES_MAX:
        raise BadInput(f"More than {FEES_MAX} rules for rounding; put rails of the same rounding on one line.")
    if not all(0 <= most <= 100 for most in (own.rounding_minor, *[rule.most for rule in own.rounding_rules])):
        raise BadInput("Rounding is given in the smallest units of the currency, from 0 to 100.")
    if not 0 <= own.fee_share <= Decimal("0.5"):
        raise BadInput("A bank's share of a payment lies between 0 and 50 %.")
    if not 0 <= own.discount_grace_days <= 31:
        raise BadInput("Days of grace for a discount lie between 0 and 31.")
    if not SHIPPED.matching.auto_confidence <= own.auto_confidence <= 1:
        raise BadInput(
            "The certainty asked for can be raised above what is shipped, never lowered: it was proved there."
        )
    if policy.unattended.on and not policy.unattended.caps:
        raise BadInput("Set a cap for at least one currency before anything is decided with nobody looking.")


def _check_caps(caps: tuple[Cap, ...], what: str) -> None:
    if len({cap.currency for cap in caps}) != len(caps):
        raise BadInput(f"A currency stands twice in {what}; keep one line for each.")
    for cap in caps:
        if (
            len(cap.currency) != 3
            or not cap.currency.isascii()
            or not cap.currency.isupper()
            or cap.currency not in _codes()
        ):
            raise BadInput(f"{cap.currency!r} in {what} is no currency; write its three letters, like EUR.")
        if not 0 < cap.most <= MOST_MAX:
            raise BadInput(f"{what.capitalize()} in {cap.currency} must be a whole amount above 0.")


def _check_fee(rule: FeeRule) -> None:
    if not 0 < rule.most <= 1_000:
        raise BadInput(
            "A bank's fee lies between 1 and 1,000 major units; larger differences are a person's to explain."
        )


def _codes() -> frozenset[str]:
    return frozenset(EXPONENTS)


def _applied(content: Mapping[str, Any]) -> OwnPolicy:
    """Choices over what is shipped, so that a better default of a later version reaches those who chose none."""
    shipped = msgspec.to_builtins(SHIPPED)
    unknown = set(content) - {"matching", "unattended"}
    if unknown:
        raise msgspec.ValidationError(f"there is no part {min(unknown)!r}")
    for part in ("matching", "unattended"):
        own = dict(content.get(part, {}))
        odd = set(own) - set(shipped[part])
        if odd:
            raise msgspec.ValidationError(f"there is no rule {min(odd)!r}")
        shipped[part] |= own
    return msgspec.convert(shipped, OwnPolicy)
