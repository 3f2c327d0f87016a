"""What Xero's answer to a stored call says of each member.

Answers to a list come in its order; our marker, or the record's id, says whose each item is where it can be seen. What
an answer leaves out is unknown until it is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec

from connectors.message import Reply
from connectors.writing import Batch, Outcome, Result, Standing
from connectors.xero.writing.bodies import alone
from connectors.xero.writing.books import Books
from connectors.xero.writing.records import ALLOCATIONS, ID_FIELDS, markers
from connectors.xero.writing.refusals import understood
from connectors.xero.writing.standings import standing_of
from ledger.faults import PermissionMissing

_FORBIDDEN, _NOT_FOUND = 403, 404
_NO_ID = "00000000-0000-0000-0000-000000000000"
_SHOWN = ("Invoice", "CreditNote", "Overpayment", "Prepayment")

_ANY = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)

Record = Mapping[str, Any]


def outcomes(batch: Batch, reply: Reply, books: Books) -> list[Outcome]:
    """Raises PermissionMissing; msgspec.DecodeError for an answer that cannot be read: then nobody knows."""
    if reply.status == _FORBIDDEN:
        raise PermissionMissing(
            f"Xero does not let us write {batch.path.partition('/')[0]}; connect it again with posting switched on."
        )
    if not reply.ok:
        return _refused(batch, reply)
    body = _ANY.decode(reply.body)
    if batch.method == "DELETE":
        return [_freed(batch)]
    name = batch.path.partition("/")[0] if batch.method == "POST" else batch.path.rpartition("/")[2]
    items = body.get(name)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise msgspec.ValidationError(f"no list of {name}")
    paired = _paired(batch, name, items)
    return [_outcome(batch, name, write_id, paired.get(write_id), books) for write_id in batch.members]


def _outcome(batch: Batch, name: str, write_id: str, item: Record | None, books: Books) -> Outcome:
    if item is None:
        sentence = "Xero's answer does not speak of it; it is looked up."
        return Outcome(write_id=write_id, result=Result.UNKNOWN, code="not_answered", sentence=sentence)
    errors = _words(item.get("ValidationErrors"))
    if errors or item.get("StatusAttributeString") == "ERROR":
        return _no(write_id, errors, item)
    held = _allocated(batch, item) if name == ALLOCATIONS else standing_of(name, alone(dict(item)), books)
    if held is None or not held.external_id or held.external_id == _NO_ID:
        sentence = "Xero's answer names no record of it; it is looked up."
        return Outcome(write_id=write_id, result=Result.UNKNOWN, code="not_answered", sentence=sentence)
    if batch.method == "POST":
        held = replace(held, ended=True)
    return Outcome(write_id=write_id, result=Result.POSTED, standing=held, warnings=tuple(_words(item.get("Warnings"))))


def _no(write_id: str, errors: Sequence[str], item: Record) -> Outcome:
    code, sentence = understood(errors, _state(item))
    return Outcome(
        write_id=write_id, result=Result.REFUSED, code=code, sentence=sentence,
        warnings=tuple(_words(item.get("Warnings"))),
    )  # fmt: skip


def _refused(batch: Batch, reply: Reply) -> list[Outcome]:
    """The whole call: nothing of it was done. Those that were right may go again."""
    try:
        body = _ANY.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        body = {}
    words = [str(body[name]) for name in ("Detail", "Message", "Title") if body.get(name)][:1]
    if any("idempotency" in word.lower() for word in words):
        sentence = "Xero holds another call under this key; what became of it is looked up."
        return [_all(write_id, Result.UNKNOWN, "key_spent", sentence) for write_id in batch.members]
    if reply.status == _NOT_FOUND:
        return [_missing(batch, write_id) for write_id in batch.members]
    elements = [item for item in body.get("Elements") or [] if isinstance(item, dict)]
    if not elements:
        code, sentence = understood(words or [f"status {reply.status}"])
        return [_all(write_id, Result.REFUSED, code, sentence) for write_id in batch.members]
    paired = _paired(batch, batch.path.partition("/")[0], elements, whole=False)
    return [_element(batch, write_id, paired.get(write_id), elements) for write_id in batch.members]


def _element(batch: Batch, write_id: str, item: Record | None, elements: Sequence[Record]) -> Outcome:
    if item is None and len(batch.members) == 1:
        item = elements[0]
    if item is None:
        sentence = "Another record of the same call was refused, and Xero then wrote none of it; it goes again."
        return _all(write_id, Result.LATER, "call_refused", sentence)
    return _no(write_id, _words(item.get("ValidationErrors")), item)


def _missing(batch: Batch, write_id: str) -> Outcome:
    if batch.method == "DELETE":
        return _freed(batch)
    code, sentence = understood(["The record that this belongs to could not be found."])
    return _all(write_id, Result.REFUSED, code, sentence)


def _freed(batch: Batch) -> Outcome:
    """An allocation that is not there any more, whoever took it away."""
    kind, source, _, allocation = batch.path.split("/")
    held = Standing(kind=kind, external_id=f"{source}/{allocation}", ended=True)
    return Outcome(write_id=batch.members[0], result=Result.POSTED, standing=held)


def _allocated(batch: Batch, item: Record) -> Standing | None:
    kind, source, _ = batch.path.split("/")
    allocation = str(item.get("AllocationID") or "")
    return Standing(kind=kind, external_id=f"{source}/{allocation}") if allocation else None


def _paired(batch: Batch, name: str, items: Sequence[Record], *, whole: bool = True) -> dict[str, Record]:
    """Items by write id. whole: the answer has an item for each member, in order."""
    sent = _sent(batch, name)
    if batch.method == "POST":
        by_id = {str(item.get(ID_FIELDS[name])): item for item in items}
        known = {_of(batch, one, name): write_id for write_id, one in zip(batch.members, sent, strict=True)}
        return {write_id: by_id[external_id] for external_id, write_id in known.items() if external_id in by_id}
    found = {marker: item for item in items for marker in markers(item) if marker in batch.members}
    if whole and len(items) == len(batch.members):
        for write_id, one, item in zip(batch.members, sent, items, strict=True):
            if write_id not in found and not set(markers(item)) & set(found) and _alike(one, item):
                found[write_id] = item
    return found


def _sent(batch: Batch, name: str) -> list[Record]:
    body: dict[str, Any] = _ANY.decode(batch.body) if batch.body else {}
    items = body.get(name)
    return items if isinstance(items, list) else [body for _ in batch.members]


def _of(batch: Batch, item: Record, name: str) -> str:
    """The id of the record that an ending names, in its body or in its address."""
    return str(item.get(ID_FIELDS[name]) or batch.path.rpartition("/")[2])


def _alike(sent: Record, item: Record) -> bool:
    """Whether an item without a marker is the one that was sent in its place."""
    said, back = sent.get("Invoice") or {}, item.get("Invoice") or {}
    if said.get("InvoiceID") and back.get("InvoiceID") and said["InvoiceID"] != back["InvoiceID"]:
        return False
    return sent.get("Amount") in (None, item.get("Amount")) or item.get("Amount") is None


def _state(item: Record) -> str:
    """Of the document that a refused item shows, where it shows one."""
    shown = (item.get(name) for name in _SHOWN)
    return next((str(one.get("Status") or "") for one in shown if isinstance(one, dict)), "")


def _words(found: object) -> list[str]:
    if not isinstance(found, list):
        return []
    return [str(one.get("Message") or "") for one in found if isinstance(one, dict) and one.get("Message")]


def _all(write_id: str, result: Result, code: str, sentence: str) -> Outcome:
    return Outcome(write_id=write_id, result=result, code=code, sentence=sentence)
