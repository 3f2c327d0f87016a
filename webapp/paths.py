"""Where a form may lead on to: a path of ours, never another site."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_own_path(address: str) -> bool:
    """Browsers and servers drop control characters and turn backslashes, so an address with either is none of ours."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc
