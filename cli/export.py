"""`tieout export`: the normalised store as tables for others."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from cli.opened import Opened, opened
from cli.options import Entity, Organisation
from ledger.faults import BadInput
from receivables.ageing import age, bucket_names
from receivables.load import load_ledger
from receivables.open_items import open_on
from store.audit import Act, record
from store.queries.exports.kinds import COLUMNS, EXPORTS
from store.queries.exports.parts import Reader

KINDS = (*EXPORTS, "ageing")
FORMATS = ("csv", "jsonl", "xlsx")
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def export(
    kind: Annotated[str, typer.Argument(help=f"One of: {', '.join(KINDS)}.")],
    form: Annotated[str, typer.Option("--format", help="csv, jsonl or xlsx.")] = "csv",
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="For ageing: the day; today without it.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; standard output without it.")] = None,
    organisation: Organisation = None,
    entity: Entity = None,
) -> None:
    """Write one kind of record as a table: stable columns, exact amounts, dates in ISO 8601, times in UTC."""
    if kind not in KINDS:
        raise BadInput(f"There is no export {kind!r}; choose one of {', '.join(KINDS)}.")
    if form not in FORMATS:
        raise BadInput(f"There is no format {form!r}; choose one of {', '.join(FORMATS)}.")
    if form == "xlsx" and out is None:
        raise BadInput("A workbook needs a file to go to; add --out FILE.xlsx.")
    if as_of is not None and kind != "ageing":
        raise BadInput("--as-of goes with the export ageing; the others show what stands now.")
    day = _day(as_of)
    place = opened(organisation)
    columns, rows = _table(place, kind, entity, day)
    _note(place, kind, form)
    if out is None:
        write_text(sys.stdout, form, columns, rows)
    elif form == "xlsx":
        _write_workbook(out, kind, columns, rows)
    else:
        with out.open("w", encoding="utf-8", newline="") as file:
            write_text(file, form, columns, rows)


def _note(place: Opened, kind: str, form: str) -> None:
    """Whoever takes data out stands in the audit log."""
    act = Act(
        actor=place.actor, verb="export.write", object_kind="export", object_id=kind,
        summary=f"{kind} were exported as {form}.", detail={"format": form},
    )  # fmt: skip
    with place.app.database.write() as connection:
        record(connection, place.organisation_id, act, place.app.clock.now())


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--as-of {text!r} is no date; write it like 2026-03-31.") from None


def _table(
    place: Opened, kind: str, entity: str | None, day: date | None
) -> tuple[Sequence[str], Iterable[dict[str, Any]]]:
    if kind == "ageing":
        columns = ("customer_external_id", "currency", "as_of", *bucket_names(), "unapplied", "total")
        return columns, list(_ageing(place, entity, day))
    with place.app.database.read() as connection:
        reader = Reader(connection, place.organisation_id, place.entity_id(entity))
        return COLUMNS[kind], list(EXPORTS[kind](reader))


def _ageing(place: Opened, entity: str | None, day: date | None) -> Iterator[dict[str, Any]]:
    for row in place.entities(entity):
        on = day or place.app.clock.today(ZoneInfo(row.time_zone))
        with place.app.database.read() as connection:
            ledger = load_ledger(Reader(connection, place.organisation_id, row.id))
        for aged in age(open_on(ledger.items, ledger.applications, on), on):
            buckets = {name: f"{money.decimal():f}" for name, money in zip(bucket_names(), aged.buckets, strict=True)}
            unapplied = aged.unapplied.decimal()
            head = {"customer_external_id": aged.customer, "currency": aged.currency, "as_of": on.isoformat()}
            yield {**head, **buckets, "unapplied": f"{unapplied:f}", "total": f"{aged.total.decimal():f}"}


def write_text(file: IO[str], form: str, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """JSON lines hold what the store holds; the cells of CSV are guarded, since spreadsheets open it."""
    if form == "jsonl":
        for row in rows:
            file.write(json.dumps({name: row.get(name) for name in columns}, ensure_ascii=False) + "\n")
        return
    writer = csv.writer(_Lines(file))
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])


class _Lines:
    """Rows end with a line feed. The writer is told of a carriage return, too, so that it quotes a text that holds one."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, row: str) -> None:
        self._file.write(row.removesuffix("\r\n") + "\n")


def _write_workbook(path: Path, kind: str, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Cells are texts, so that ids and amounts stay exactly what they are."""
    path.open("ab").close()  # a path that cannot be written is said before the work
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind)
    sheet.append(list(columns))
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", _cell(row.get(name))) or None for name in columns])
    book.save(path)


def _cell(value: Any) -> str:
    """A text that a spreadsheet would take for a formula is led by an apostrophe; a number, negative ones too, is none."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
