"""Thirty records a call: the batch's body, and what became of each of its members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from connectors.decode import Loose, loosely
from connectors.message import Reply
from connectors.quickbooks.client import MINOR_VERSION
from connectors.quickbooks.faults import refusal
from connectors.quickbooks.writing.parts import ENCODER, Body
from connectors.quickbooks.writing.records import Held, held_of, part_of, standing_of
from connectors.quickbooks.writing.refusals import Refusal, problem_of, refusal_of
from connectors.writing import Batch, Outcome, Result
from ledger.faults import ConsentLost, PermissionMissing

ITEMS_MAX = 30
_FORBIDDEN = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One operation. options: "void" turns an update into a void."""

    write_id: str
    kind: str
    operation: str
    body: Body
    options: str = ""


class _Answers(Loose):
    BatchItemResponse: list[dict[str, msgspec.Raw]] | None = None


class _Sent(Loose):
    BatchItemRequest: list[dict[str, msgspec.Raw]] | None = None


def batches_of(items: Sequence[Item], realm_id: str) -> list[Batch]:
    return [_batch(items[start : start + ITEMS_MAX], realm_id) for start in range(0, len(items), ITEMS_MAX)]


def _batch(items: Sequence[Item], realm_id: str) -> Batch:
    listed = [
        {
            "bId": str(place),
            "operation": item.operation,
            **({"optionsData": item.options} if item.options else {}),
            item.kind: item.body,
        }
        for place, item in enumerate(items)
    ]
    return Batch(
        method="POST",
        path=f"/company/{realm_id}/batch",
        query=(("minorversion", MINOR_VERSION),),
        body=ENCODER.encode({"BatchItemRequest": listed}),
        members=tuple(item.write_id for item in items),
    )


def outcomes_of(batch: Batch, reply: Reply, home: str) -> list[Outcome]:
    """One a member, in the order of the batch. Raises ConsentLost, PermissionMissing, msgspec.DecodeError."""
    if not reply.ok:
        return _all_refused(batch, reply)
    answer = loosely(reply.body, _Answers)
    if answer.BatchItemResponse is None:
        return _all_refused(batch, reply)
    answers = {_text(one.get("bId")): one for one in answer.BatchItemResponse}
    updates = _updates(batch)
    return [
        _outcome(write_id, answers.get(str(place)), home, is_update=place in updates)
        for place, write_id in enumerate(batch.members)
    ]


def _all_refused(batch: Batch, reply: Reply) -> list[Outcome]:
    fault = refusal("the batch", reply)
    if isinstance(fault, ConsentLost):
        raise fault
    if reply.status == _FORBIDDEN:
        raise PermissionMissing(
            "QuickBooks does not let us write to this company; check its subscription and the rights of the person who "
            "connected it, then connect again."
        )
    said = refusal_of(problem_of(_fault(reply.body)))
    return [_refused(write_id, said) for write_id in batch.members]


def _fault(body: bytes) -> bytes:
    try:
        return bytes(msgspec.json.decode(body, type=dict[str, msgspec.Raw]).get("Fault", msgspec.Raw(b"{}")))
    except msgspec.DecodeError:
        return b"{}"


def _updates(batch: Batch) -> set[int]:
    """The places of Payments that are changed and not made: applications inside a record that stood before."""
    sent = msgspec.json.decode(batch.body, type=_Sent).BatchItemRequest or []
    return {
        place for place, item in enumerate(sent)
        if _text(item.get("operation")) == "update" and "optionsData" not in item
    }  # fmt: skip


def _outcome(write_id: str, answer: Mapping[str, msgspec.Raw] | None, home: str, *, is_update: bool) -> Outcome:
    if answer is None:
        return Outcome(
            write_id=write_id, result=Result.UNKNOWN, code="no_answer",
            sentence="QuickBooks answered without a word on this record; it is looked up before it is sent again.",
        )  # fmt: skip
    if "Fault" in answer:
        return _refused(write_id, refusal_of(problem_of(bytes(answer["Fault"]))))
    kind, raw = next(((name, bytes(raw)) for name, raw in answer.items() if name != "bId"), ("", b"{}"))
    held = held_of(raw)
    stands = part_of(kind, held, write_id, home) if is_update else standing_of(kind, held, home)
    return Outcome(write_id=write_id, result=Result.POSTED, standing=stands, warnings=tuple(_warnings(held)))


def _warnings(held: Held) -> Iterable[str]:
    if held.private_note and len(held.private_note) >= 4000:
        yield "The note was cut at 4,000 letters."


def _refused(write_id: str, said: Refusal) -> Outcome:
    return Outcome(write_id=write_id, result=said.result, code=said.code, sentence=said.sentence)


def _text(raw: msgspec.Raw | None) -> str:
    return "" if raw is None else str(msgspec.json.decode(raw))
