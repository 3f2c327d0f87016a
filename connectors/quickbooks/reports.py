"""A report of QuickBooks as rows: columns by their keys or kinds, rows at any depth, whatever their titles and order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from connectors.decode import Loose, loosely


class _Cell(Loose):
    value: str | None = None
    id: str | None = None


class _Cells(Loose):
    ColData: list[_Cell] | None = None


class _Row(Loose):
    ColData: list[_Cell] | None = None
    Header: _Cells | None = None
    Rows: _Rows | list[_Row] | None = None


class _Rows(Loose):
    Row: list[_Row] | None = None


class _Named(Loose):
    Name: str | None = None
    Value: str | None = None


class _Column(Loose):
    ColType: str | None = None
    MetaData: list[_Named] | None = None


class _Columns(Loose):
    Column: list[_Column] | None = None


class _Header(Loose):
    ReportName: str | None = None
    Currency: str | None = None
    Option: list[_Named] | None = None


class _Whole(Loose):
    Header: _Header | None = None
    Columns: _Columns | list[_Column] | None = None
    Rows: _Rows | list[_Row] | None = None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """key: the id that the row's first cell names ("" for none); cells: every value as a text."""

    key: str
    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """columns: (key, kind) in order. is_empty: the report says that it has no data."""

    name: str
    currency: str
    columns: tuple[tuple[str, str], ...]
    is_empty: bool
    _tops: Sequence[_Row] = field(repr=False)

    def rows(self) -> Iterator[ReportRow]:
        """Every row of data, and the head of a section that stands for a record; sums of sections are left out."""
        yield from _walk(self._tops)


def read_report(body: bytes) -> Report:
    """Raises msgspec.DecodeError where it is none."""
    whole = loosely(body, _Whole)
    if whole.Header is None:
        raise msgspec.DecodeError("a report without a header")
    columns = (
        whole.Columns if isinstance(whole.Columns, list) else (whole.Columns.Column if whole.Columns else None) or []
    )
    options = {one.Name: one.Value for one in whole.Header.Option or []}
    return Report(
        whole.Header.ReportName or "", whole.Header.Currency or "",
        tuple((_key(column), column.ColType or "") for column in columns),
        options.get("NoReportData") == "true", _inner(whole.Rows),
    )  # fmt: skip


def total_column(report: Report) -> int:
    """Where the total stands: by its key, else the last column of money, else the last."""
    for place, (key, _) in enumerate(report.columns):
        if key.lower() == "total":
            return place
    money = [place for place, (_, kind) in enumerate(report.columns) if kind == "Money"]
    return money[-1] if money else len(report.columns) - 1


def _key(column: _Column) -> str:
    return next((one.Value or "" for one in column.MetaData or [] if one.Name == "ColKey"), "")


def _inner(rows: _Rows | list[_Row] | None) -> Sequence[_Row]:
    return rows if isinstance(rows, list) else (rows.Row if rows else None) or []


def _walk(rows: Sequence[_Row]) -> Iterator[ReportRow]:
    for row in rows:
        if row.ColData:
            yield _read(row.ColData)
        elif row.Header and row.Header.ColData and row.Header.ColData[0].id:
            yield _read(row.Header.ColData)
        yield from _walk(_inner(row.Rows))


def _read(cells: Sequence[_Cell]) -> ReportRow:
    return ReportRow(cells[0].id or "", cells[0].value or "", tuple(cell.value or "" for cell in cells))
