"""Pages of a long list."""

from __future__ import annotations

from dataclasses import dataclass

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True)
class Paging:
    """`number` begins with 1 and is kept within what there is."""

    number: int
    rows: int
    size: int = PAGE_ROWS

    @classmethod
    def of(cls, wanted: str | None, rows: int, size: int = PAGE_ROWS) -> Paging:
        number = int(wanted) if wanted and wanted.isdecimal() and len(wanted) <= 6 else 1
        last = max(1, -(-rows // size))
        return cls(min(max(1, number), last), rows, size)

    @property
    def last(self) -> int:
        return max(1, -(-self.rows // self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def first_row(self) -> int:
        return self.offset + 1 if self.rows else 0

    @property
    def last_row(self) -> int:
        return min(self.rows, self.offset + self.size)
