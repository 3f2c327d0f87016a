"""Taking records back: what nothing else hangs on first. Payments of money are voided, which leaves a trace; all else goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.quickbooks.client import QuickBooksClient
from connectors.quickbooks.writing.applying import missing, taken_back
from connectors.quickbooks.writing.batching import Item
from connectors.quickbooks.writing.records import by_values, own_ids
from connectors.quickbooks.writing.shaping import is_update
from connectors.writing import Standing
from ledger.entry import Entry, EntryKind
from ledger.faults import Refused


def endings(client: QuickBooksClient, entries: Sequence[Entry], standing: Mapping[str, Standing]) -> list[Item]:
    """Of those that stand, the ones that may go now: ending them moves the versions of those that they hang on.

    Raises Refused for one that the bank reconciliation has ticked.
    """
    left = [entry for entry in entries if entry.write_id in standing and not standing[entry.write_id].ended]
    for entry in left:
        _check(standing[entry.write_id])
    bound = {needed for entry in left for needed in needs(entry)}
    going = [entry for entry in left if entry.write_id not in bound]
    updated = [entry for entry in going if is_update(entry)]
    raws = _payments(client, [standing[entry.write_id].external_id for entry in updated])
    return [_item(entry, standing, raws) for entry in going]


def needs(entry: Entry) -> set[str]:
    """Write ids of the entries without which this one cannot stand."""
    found = set(entry.after) | {line.entry for line in entry.lines if line.entry}
    found |= {line.document.entry for line in entry.lines if line.document and line.document.entry}
    if entry.source is not None and entry.source.entry:
        found.add(entry.source.entry)
    return found


def _check(standing: Standing) -> None:
    if standing.reconciled:
        raise Refused(
            f"{standing.kind} {standing.external_id} is reconciled with the bank in QuickBooks; taking it back would break "
            "that reconciliation. Undo the reconciliation there first, or post a reversal."
        )


def _payments(client: QuickBooksClient, external_ids: Sequence[str]) -> dict[str, bytes]:
    return {held.id or "": raw for held, raw in by_values(client, "Payment", "Id", own_ids(external_ids))}


def _item(entry: Entry, standing: Mapping[str, Standing], raws: Mapping[str, bytes]) -> Item:
    held = standing[entry.write_id]
    own = held.external_id.partition("/")[0]
    if is_update(entry):
        raw = raws.get(own)
        body = missing(own) if raw is None else taken_back(entry, raw, standing)
        return Item(write_id=entry.write_id, kind="Payment", operation="update", body=body)
    body = {"Id": own, "SyncToken": held.version}
    if entry.kind is EntryKind.RECEIPT:
        return Item(
            write_id=entry.write_id, kind=held.kind, operation="update", options="void", body={**body, "sparse": True}
        )
    return Item(write_id=entry.write_id, kind=held.kind, operation="delete", body=body)
