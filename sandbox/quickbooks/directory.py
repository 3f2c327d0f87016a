"""The customers by name and by parent, kept up with every write."""

from __future__ import annotations

from collections import defaultdict

from sandbox.quickbooks.wire import Record, ref_value


class Directory:
    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._below: dict[str, dict[str, None]] = defaultdict(dict)

    def written(self, kind: str, old: Record | None, new: Record | None) -> None:
        if kind != "Customer":
            return
        if old is not None:
            self._ids.pop(old["DisplayName"].lower(), None)
            self._below[ref_value(old, "ParentRef") or ""].pop(old["Id"], None)
        if new is not None:
            self._ids[new["DisplayName"].lower()] = new["Id"]
            self._below[ref_value(new, "ParentRef") or ""][new["Id"]] = None

    def named(self, name: str) -> str | None:
        return self._ids.get(name.lower())

    def children(self, customer: str) -> list[str]:
        return list(self._below.get(customer, ()))

    def below(self, customer: str) -> list[str]:
        """Sub-customers of all depths."""
        found = self.children(customer)
        for one in list(found):
            found += self.below(one)
        return found
