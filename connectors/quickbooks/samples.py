"""Recorded XML answers as records: the same entities with the same field names, for trying the mapping on real bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec

from connectors.port import Record
from connectors.quickbooks.kinds import BY_NAME
from connectors.quickbooks.records import company_record, to_records
from ledger.faults import BadInput

_LISTS = frozenset({"Line", "LinkedTxn", "CustomField", "TaxLine", "NameValue", "TaxRateDetail"})
_WRAPPED = re.compile(r"Ref$")
_WRAPPED_TOO = frozenset({"CustomerMemo", "Entity", "HomeCurrency"})
_NUMBERS = re.compile(
    r"(?:Amt|Amount|Balance|Tax|Price|Percent|Taxable|RateValue|ExchangeRate|CurrentBalance\w*)$|^(?:Qty|Rate|Deposit|LineNum)$"
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TRUTHS = {"true": True, "false": False}
_TEXTS = frozenset({"Value", "StringValue"})


def sample_records(path: Path) -> Iterator[Record]:
    """The records in every .xml file under `path`, in the order of the files' names. Raises BadInput for no folder."""
    if not path.is_dir():
        raise BadInput(f"{path} is no folder of recorded answers.")
    seen_at = datetime(2026, 1, 1, tzinfo=UTC)
    for file in sorted(path.glob("*.xml")):
        yield from _records(file, seen_at)


def _records(file: Path, seen_at: datetime) -> Iterator[Record]:
    """What of a file is a record of a kind that we read: alone, in a list, or in a change feed."""
    try:
        root = ET.fromstring(file.read_bytes())  # noqa: S314 - a developer's own files
    except ET.ParseError:
        return
    for element in root.iter():
        kind = _name(element)
        if kind not in BY_NAME or not any(_name(child) == "Id" or child.get("status") for child in element):
            continue
        raw = msgspec.json.encode(_object(element))
        for record in to_records(kind, [raw], seen_at)[0]:
            yield _with_preferences(record, seen_at) if kind == "CompanyInfo" else record


def _with_preferences(record: Record, seen_at: datetime) -> Record:
    """A company maps together with its preferences; recorded alone it gets empty ones."""
    empty = Record(kind="Preferences", external_id="1", raw=b"{}", seen_at=seen_at)
    return company_record(record, empty)


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _object(element: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = {key: value for key, value in element.attrib.items() if key in {"domain", "status"}}
    for child in element:
        name, value = _name(child), _value(child)
        if name in _LISTS:
            found.setdefault(name, []).append(value)
        elif name in found:
            held = found[name]
            found[name] = [*held, value] if isinstance(held, list) else [held, value]
        else:
            found[name] = value
    return found


def _value(element: ET.Element) -> Any:
    """XML has texts alone: amounts become numbers digit for digit, references become objects."""
    name, text = _name(element), (element.text or "").strip()
    if len(element):
        return _object(element)
    if _WRAPPED.search(name) or name in _WRAPPED_TOO:
        return {"value": text, **{key: element.attrib[key] for key in ("name", "type") if key in element.attrib}}
    if text in _TRUTHS and name not in _TEXTS:
        return _TRUTHS[text]
    if _NUMBERS.search(name) and _NUMBER.fullmatch(text):
        return msgspec.Raw(text.encode())
    return text or None
