"""Applying a Payment that stands: its update carries all of its lines, since those that are left out are unlinked.

The write id goes into its note, so that the same application is made once however often it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from connectors.quickbooks.writing.parts import NOTE_LETTERS_MAX, Body, linked
from connectors.quickbooks.writing.records import Held, held_of
from connectors.writing import Standing
from ledger.entry import Entry, LineRole

_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def applied(entry: Entry, raw: bytes, standing: Mapping[str, Standing]) -> Body:
    """The update that adds the entry's lines to a Payment; where they are in it already, one that changes nothing."""
    held = held_of(raw)
    note = held.private_note or ""
    if entry.write_id in note:
        return _head(held)
    lines = _lines(raw)
    for line in entry.lines:
        if line.role is LineRole.PAYS and line.document is not None:
            _add(lines, linked(line.document, standing), line.amount.decimal())
    return {**_head(held), "PrivateNote": f"{note[:NOTE_LETTERS_MAX]} [{entry.write_id}]".lstrip(), "Line": lines}


def taken_back(entry: Entry, raw: bytes, standing: Mapping[str, Standing]) -> Body:
    """The update that takes the entry's lines out of a Payment again."""
    held = held_of(raw)
    lines = _lines(raw)
    for line in entry.lines:
        if line.role is LineRole.PAYS and line.document is not None:
            _add(lines, linked(line.document, standing), -line.amount.decimal())
    note = (held.private_note or "").replace(f"[{entry.write_id}]", "").strip()
    return {**_head(held), "PrivateNote": note, "Line": [line for line in lines if line["Amount"] > 0]}


def missing(external_id: str) -> Body:
    """The update of a Payment that was not found: QuickBooks itself says that it is gone."""
    return {"Id": external_id, "SyncToken": "0", "sparse": True}


def _head(held: Held) -> Body:
    return {"Id": held.id, "SyncToken": held.sync_token or "0", "sparse": True}


def _lines(raw: bytes) -> list[Body]:
    """As they stand, without what QuickBooks works out by itself."""
    whole: dict[str, Any] = _DECODER.decode(raw)
    return [
        {"Amount": Decimal(line["Amount"]), "LinkedTxn": line["LinkedTxn"]}
        for line in whole.get("Line") or ()
        if line.get("LinkedTxn")
    ]


def _add(lines: list[Body], link: Body, amount: Decimal) -> None:
    """To the line that links the same document, where there is one."""
    for line in lines:
        if _same(line["LinkedTxn"], link):
            line["Amount"] += amount
            return
    if amount > 0:
        lines.append({"Amount": amount, "LinkedTxn": [link]})


def _same(links: Sequence[Body], link: Body) -> bool:
    first = links[0]
    return (first.get("TxnId"), first.get("TxnType")) == (link["TxnId"], link["TxnType"]) and (
        "TxnLineId" not in link or first.get("TxnLineId") == link["TxnLineId"]
    )
