"""Addresses as they may stand in a log: values that could be secrets are struck out."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

_SECRET = ("token", "secret", "key", "code", "password", "signature", "state", "assertion", "authorization")


def redacted_url(url: str) -> str:
    """The address without user and password, each query value that may be a secret replaced by `...`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.port:
        host = f"{host}:{parts.port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = "&".join(f"{quote(name, safe='[]')}={_value(name, value)}" for name, value in pairs)
    return f"{parts.scheme}://{host}{parts.path}" + (f"?{query}" if query else "")


def _value(name: str, value: str) -> str:
    if any(word in name.lower() for word in _SECRET):
        return "..."
    return quote(value, safe=":,")
