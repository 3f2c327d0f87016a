"""The fewest calls: lists of one kind of record, allocations by their source; and what takes records back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from connectors.writing import Batch, Standing
from connectors.xero.writing.bodies import Item, alone, encoded, item_of, source_of
from connectors.xero.writing.books import Books
from connectors.xero.writing.records import (
    ALLOCATIONS,
    BATCHES,
    ID_FIELDS,
    INVOICES,
    MOVED,
    NOTES,
    OVERPAYMENTS,
    PAYMENTS,
    PREPAYMENTS,
    TRANSFERS,
    written_as,
)
from ledger.entry import Entry
from ledger.faults import Refused

ITEMS_MAX = 50  # as many as Xero advises
_BYTES_MAX = 3_000_000
_EACH = (("summarizeErrors", "false"),)
_ORDER = (NOTES, INVOICES, MOVED, PAYMENTS, BATCHES, TRANSFERS)
_ENDING_ORDER = (PAYMENTS, BATCHES, TRANSFERS, NOTES, MOVED, INVOICES)
_ENDED = {NOTES: "VOIDED", INVOICES: "VOIDED"}
_ONE_BY_ONE = frozenset({PAYMENTS, BATCHES})  # deleted at their own address


def creating(entries: Sequence[Entry], books: Books, standing: Mapping[str, Standing]) -> list[Batch]:
    """Raises BadInput where something that an entry refers to does not stand."""
    by_path: dict[str, list[tuple[str, Item]]] = defaultdict(list)
    for entry in entries:
        by_path[_path(entry, standing)].append((entry.write_id, item_of(entry, books, standing)))
    order = {path: place for place, path in enumerate(_ORDER)}
    calls: list[Batch] = []
    for path in sorted(by_path, key=lambda path: (order.get(path, len(order)), path)):
        name = path.rpartition("/")[2]
        # each item stands for itself; of transfers Xero knows no such thing
        query = () if name == TRANSFERS else _EACH
        calls += [_call("PUT", path, name, part, query) for part in _parts(by_path[path])]
    return calls


def ending(entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Batch]:
    """What may go now: a credit waits until its allocations and refunds are gone. The order of these calls does not
    matter. Raises Refused for what is bound in Xero.
    """
    freed: list[Batch] = []
    by_kind: dict[str, list[tuple[str, Item]]] = defaultdict(list)
    left = [entry for entry in entries if entry.write_id in standing and not standing[entry.write_id].ended]
    used = {source for entry in left for source in _uses(entry)}
    for entry in left:
        held = standing[entry.write_id]
        _check(held)
        if entry.write_id in used or held.external_id in used:
            continue
        if written_as(entry) == ALLOCATIONS:
            source, _, allocation = held.external_id.partition("/")
            path = f"{held.kind}/{source}/{ALLOCATIONS}/{allocation}"
            freed.append(Batch(method="DELETE", path=path, body=b"", members=(entry.write_id,)))
        else:
            kind, external_id = _record(held)
            status = {"Status": _ENDED.get(kind, "DELETED")}
            by_kind[kind].append((entry.write_id, {ID_FIELDS[kind]: external_id, **status}))
    return [*freed, *(call for kind in _ENDING_ORDER for call in _endings(kind, by_kind[kind]))]


def _uses(entry: Entry) -> tuple[str, ...]:
    """The credit that an entry uses, by write id or by the books' id."""
    if entry.source is None:
        return ()
    return tuple(name for name in (entry.source.entry, entry.source.external_id) if name)


def _endings(kind: str, items: list[tuple[str, Item]]) -> list[Batch]:
    if kind in _ONE_BY_ONE:
        return [
            Batch(method="POST", path=f"{kind}/{item.pop(ID_FIELDS[kind])}", body=alone(item), members=(write_id,))
            for write_id, item in items
        ]
    query = () if kind == TRANSFERS else _EACH
    return [_call("POST", kind, kind, part, query) for part in _parts(items)]


def _path(entry: Entry, standing: Mapping[str, Standing]) -> str:
    kind = written_as(entry)
    if kind != ALLOCATIONS:
        return kind
    source_kind, source = source_of(entry, standing)
    return f"{source_kind}/{source}/{ALLOCATIONS}"


def _parts(items: Sequence[tuple[str, Item]]) -> list[list[tuple[str, Item]]]:
    """At most so many items a call, and so many bytes."""
    parts: list[list[tuple[str, Item]]] = []
    size = 0
    for one in items:
        more = len(alone(one[1]))
        if not parts or len(parts[-1]) == ITEMS_MAX or size + more > _BYTES_MAX:
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += more
    return parts


def _call(
    method: str, path: str, name: str, items: Sequence[tuple[str, Item]], query: tuple[tuple[str, str], ...]
) -> Batch:
    return Batch(
        method=method,
        path=path,
        body=encoded(name, [item for _, item in items]),
        members=tuple(write_id for write_id, _ in items),
        query=query,
    )


def _record(held: Standing) -> tuple[str, str]:
    """What is to be ended: an overpayment goes with the bank transaction that it came with."""
    if held.kind not in (OVERPAYMENTS, PREPAYMENTS):
        return held.kind, held.external_id
    found = next((external_id for kind, external_id in held.parts if kind == MOVED), None)
    if found is None:
        raise Refused(
            f"The bank transaction of overpayment {held.external_id} was not found in Xero; delete it there, from the "
            "bank account's list of transactions."
        )
    return MOVED, found


def _check(held: Standing) -> None:
    if held.reconciled:
        raise Refused(
            f"{held.kind} {held.external_id} is reconciled with a bank line in Xero. Unreconcile it there first (open it, "
            "More options, Unreconcile), then take it back here."
        )
    if held.in_deposit:
        raise Refused(
            f"Payment {held.external_id} is part of a batch in Xero and goes only with it: delete the batch there and "
            "enter the rest of it again."
        )
