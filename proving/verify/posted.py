"""What Tieout posted against what the books hold of it now, as the last sync told: none may be gone or another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.port import Value
from ledger.allocation import Allocation
from ledger.money import Money
from ledger.payment import Payment
from proving.verify.differences import PROVIDERS, Cause, Check, Difference
from proving.verify.standings import NOTHING_OWED
from store.incoming import Key
from store.queries.proving import OwnRecord


def posted_rows(own: Sequence[OwnRecord], values: Mapping[Key, Sequence[Value]], provider: str) -> list[Difference]:
    """values: what stands here of each record. One that we never read is left to the next sync, and one that says nothing by
    itself to the one it belongs to: neither is among them (store.queries.proving.values_of).
    """
    found = []
    for one in own:
        held = values.get((one.kind, one.external_id))
        row = None if held is None else _row(one, held, PROVIDERS[provider])
        if row is not None:
            found.append(row)
    return found


def _live(held: Sequence[Value]) -> list[Value]:
    return [value for value in held if getattr(value, "status", "open") not in NOTHING_OWED]


def _row(one: OwnRecord, held: Sequence[Value], there: str) -> Difference | None:
    money = Money(one.entry.amount_minor, one.entry.currency)
    what = f"{one.kind.removesuffix('s')} {one.external_id} ({one.write_id}) over {money}"
    live = _live(held)
    if not live:
        gone = Cause.VOIDED_THERE if held and getattr(held[0], "status", "") == "void" else Cause.DELETED_THERE
        verb = "voided" if gone is Cause.VOIDED_THERE else "deleted"
        return _difference(one, gone, f"{what} was posted by Tieout and has been {verb} in {there}.", money, None)
    payment = next((value for value in live if isinstance(value, Payment)), None)
    if payment is None or one.external_id != one.entry.external_id:
        return None
    stood = _stood(one.entry.standing)
    if stood is not None and stood.currency == payment.amount.currency and stood != payment.amount:
        words = f"{what} was posted by Tieout and stands at {payment.amount} in {there} now."
        return _difference(one, Cause.CHANGED_THERE, words, stood, payment.amount)
    wanted, is_now = _wanted(one.entry.body), _applied(live)
    if wanted and wanted != is_now:
        words = f"{what} was posted to {_names(wanted)} and is applied to {_names(is_now)} in {there} now."
        return _difference(one, Cause.CREDITS_MOVED, words, money, payment.amount, wanted=wanted, applied=is_now)
    return None


def _difference(
    one: OwnRecord, cause: Cause, words: str, ours: Money | None, theirs: Money | None, **detail: Any
) -> Difference:
    remedy = "Undo the posting here, so that its receipt waits again, or enter the record there as it was."
    receipt = None if one.receipt_id is None else str(one.receipt_id)
    return Difference(
        check=Check.POSTED, subject=one.external_id, name=f"{one.kind} {one.external_id}", cause=cause, words=words,
        ours=ours, theirs=theirs, remedy=remedy,
        detail={"write_id": one.write_id, "posting": str(one.entry.posting_id), "receipt": receipt, **detail},
    )  # fmt: skip


def _stood(standing: Any) -> Money | None:
    amount = (standing or {}).get("amount")
    return None if not amount else Money(int(amount["minor"]), str(amount["currency"]))


def _wanted(body: Mapping[str, Any]) -> dict[str, int]:
    """By document what the entry pays of it, in the document's minor units."""
    found: dict[str, int] = {}
    for line in body.get("lines") or []:
        document = line.get("document")
        if line.get("role") == "pays" and document and document.get("kind") == "invoice":
            found[document["external_id"]] = found.get(document["external_id"], 0) + int(line["amount"]["minor"])
    return found


def _applied(values: Iterable[Value]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in values:
        if isinstance(one, Allocation) and one.reversed_on is None and one.target_kind == "invoice":
            found[one.target_external_id] = found.get(one.target_external_id, 0) + one.amount.minor
    return found


def _names(applied: Mapping[str, int]) -> str:
    return ", ".join(f"invoice {name}" for name in sorted(applied)) or "nothing"
