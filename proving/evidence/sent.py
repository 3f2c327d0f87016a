"""Of the bytes that a call sent the part that is one entry's: other customers' payments are no evidence of this one. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any


def sent(raw: bytes, write_id: str) -> dict[str, Any]:
    """sent: the bytes as text, of a batch this entry's part alone. sent_sha256: of all the bytes as they went out, and
    sent_with: how many others went along.
    """
    told = {"sent": _text(raw), "sent_sha256": hashlib.sha256(raw).hexdigest(), "sent_with": 0}
    try:
        content = json.loads(raw)
    except ValueError:
        return told
    own, left_out = _own(content, write_id)
    if left_out:
        told |= {"sent": json.dumps(own, ensure_ascii=False), "sent_with": left_out}
    return told


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode()


def _own(content: Any, write_id: str) -> tuple[Any, int]:
    """A list of several records, by itself or under one name; without the marker in one of them it stays whole."""
    if isinstance(content, dict):
        parts = {
            name: _own(value, write_id) if isinstance(value, list) else (value, 0) for name, value in content.items()
        }
        return {name: value for name, (value, _) in parts.items()}, sum(count for _, count in parts.values())
    if isinstance(content, list):
        own = [one for one in content if write_id in json.dumps(one, ensure_ascii=False)]
        return (own, len(content) - len(own)) if own else (content, 0)
    return content, 0
