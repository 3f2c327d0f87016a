"""Form and query fields with brackets: a[b]=1, a[0][b]=2, a[]=3."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_PART = re.compile(r"\[([^\[\]]*)\]")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Fields as dicts and lists of strings; a later value of the same field wins."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        head, parts = _split(name)
        _place(root, [head, *parts], value)
    return {name: _lists(value) for name, value in root.items()}


def _split(name: str) -> tuple[str, list[str]]:
    head, bracket, rest = name.partition("[")
    return (head, _PART.findall(bracket + rest)) if bracket else (name, [])


def _place(tree: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        word = part or str(len(tree))
        below = tree.get(word)
        if not isinstance(below, dict):
            below = tree[word] = {}
        tree = below
    tree[path[-1] or str(len(tree))] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(part) for name, part in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
