"""Xero's published example answers (its OpenAPI file) as records, to try the mapping on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import yaml

from connectors import decode
from connectors.port import Record
from connectors.xero.dates import instant
from connectors.xero.feeds import BY_KIND, Feed
from ledger.faults import BadInput

_SEEN_AT = datetime(2026, 1, 1, tzinfo=UTC)  # examples have no time of their own


class _Loader(yaml.SafeLoader):
    """Texts that look like times stay texts: on the wire they are."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def sample_records(path: Path) -> Iterator[Record]:
    """Every record of a kind that we read, in every answer that the file shows as an example. Raises BadInput."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader's child
    except (OSError, yaml.YAMLError) as error:
        raise BadInput(f"{path} cannot be read as Xero's OpenAPI file: {error}") from None
    for number, answer in enumerate(_answers(document)):
        for name, listed in answer.items():
            feed = BY_KIND.get("Organisation" if name == "Organisations" else name)
            if feed is not None and isinstance(listed, list):
                yield from _records(feed, listed, number)


def _answers(node: Any) -> Iterator[dict[str, Any]]:
    """The example answers of status 200, wherever they stand."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "responses" and isinstance(value, dict):
                yield from _examples(value.get("200"))
            else:
                yield from _answers(value)
    elif isinstance(node, list):
        for item in node:
            yield from _answers(item)


def _examples(node: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(node, dict):
        return
    if isinstance(node.get("example"), dict):
        yield node["example"]
    for value in node.values():
        yield from _examples(value)


def _records(feed: Feed, listed: list[Any], number: int) -> Iterator[Record]:
    for place, item in enumerate(listed):
        raw = msgspec.json.encode(item)
        external_id = decode.peek(raw, feed.id_field) or f"example {number}.{place}"
        stamp = item.get("UpdatedDateUTC") if isinstance(item, dict) else None
        yield Record(kind=feed.kind, external_id=external_id, raw=raw, seen_at=_SEEN_AT, updated_at=instant(stamp))
