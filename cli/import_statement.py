"""`tieout import-statement`: a bank's statement from a file, whatever its format, into the store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.opened import Opened, opened
from cli.options import AsJson, Entity, Organisation
from cli.shown import print_json, print_table
from connectors.statement.layout import ROLE_WORDS, ROLES
from connectors.statement.unpacked import BYTES_MAX
from ledger.faults import Ambiguous, BadInput, NotFound
from runtime.statements import bring_in, layout_from, look
from store.intake import standing_findings
from sync.statements.plan import Asked, Plan

OPTION = "--column"


def import_statement(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CAMT.053, MT940, OFX/QFX, BAI2 or CSV; also in a ZIP.")],
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="NAME", help="The account, by name or number; a new name makes one."),
    ] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", help="Where the file names none; else the entity's own.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(OPTION, metavar="ROLE=COLUMN", help="Of a CSV: which column is what; may be given many times."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come in, and write nothing.")] = False,
    organisation: Organisation = None,
    entity: Entity = None,
    as_json: AsJson = False,
) -> int:
    """Import a bank statement: new lines once each, known ones not again, and receipts of what came in.

    The same file twice, or files that overlap, bring each line once. Ends with 1 where balances do not chain;
    `tieout reconcile` then matches what came.
    """
    place = opened(organisation)
    asked = Asked(
        organisation_id=place.organisation_id,
        entity=_entity(place, entity),
        file_name=file.name,
        data=_read(file),
        account=account,
        currency=None if currency is None else currency.upper(),
    )
    if column:
        asked = _with_columns(place, asked, column)
    if dry_run:
        planned = look(place.app, asked)
        _show(_content(planned, planned.count(new=True), planned.count(new=False)), planned, as_json=as_json, dry=True)
        return int(bool(planned.notes))
    taken, planned = bring_in(place.app, asked, actor=place.actor)
    content = _content(planned, taken.new, taken.known)
    with place.app.database.read() as connection:
        found = [row for own in taken.connections for row in standing_findings(connection, place.organisation_id, own)]
    content |= {"import": str(taken.import_id), "findings": [row.sentence for row in found]}
    _show(content, planned, as_json=as_json, dry=False)
    return int(bool(found))


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > BYTES_MAX:
            raise BadInput(
                f"{file} is larger than {BYTES_MAX >> 20} MB; ask the bank for a shorter period, or split it."
            )
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}. Check the path.") from None


def _entity(place: Opened, wanted: str | None) -> Any:
    rows = place.entities(wanted)
    if not rows:
        raise NotFound("There is no entity yet; connect its books first with `tieout connect`.")
    if len(rows) > 1:
        raise Ambiguous(f"There are several entities; name one with --entity: {', '.join(row.name for row in rows)}.")
    return rows[0]


def _with_columns(place: Opened, asked: Asked, said: list[str]) -> Asked:
    """`amount=Betrag` or `amount=3`: names of the header, or places counted from 1."""
    planned_layout = _guessed(place, asked)
    chosen: dict[str, str] = {}
    for one in said:
        role, mark, wanted = one.partition("=")
        if not mark or role not in {*ROLES, "date_order", "decimal", "inverted"}:
            raise BadInput(
                f"{OPTION} {one} is not ROLE=COLUMN; roles are {', '.join(ROLES)}, date_order, decimal, inverted."
            )
        if role in ROLES:
            chosen[f"column.{_place(planned_layout.heading, wanted)}"] = role
            for at, own in enumerate(planned_layout.columns):
                if own == role and role != "text":
                    chosen.setdefault(f"column.{at}", "")
        else:
            chosen[role] = wanted
    return Asked(
        organisation_id=asked.organisation_id, entity=asked.entity, file_name=asked.file_name, data=asked.data,
        account=asked.account, currency=asked.currency, layout=layout_from(planned_layout, chosen),
    )  # fmt: skip


def _guessed(place: Opened, asked: Asked) -> Any:
    from connectors.statement.formats import guess_layout
    from connectors.statement.unpacked import unpack

    found = guess_layout(unpack(asked.file_name, asked.data)[0], asked.books())
    if found is None:
        raise BadInput(f"{asked.file_name} is no CSV, so its columns need no telling; leave {OPTION} out.")
    del place
    return found.layout


def _place(heading: tuple[str, ...], wanted: str) -> int:
    if wanted.isdigit() and 1 <= int(wanted) <= len(heading):
        return int(wanted) - 1
    found = [at for at, name in enumerate(heading) if name.strip().lower() == wanted.strip().lower()]
    if not found:
        raise BadInput(f"There is no column {wanted!r}; there are: {', '.join(heading)}.")
    return found[0]


def _content(planned: Plan, new: int, known: int) -> dict[str, Any]:
    content: dict[str, Any] = {
        "file": planned.asked.file_name,
        "format": planned.kind,
        "entity": planned.asked.entity.name,
        "new": new,
        "known": known,
        "pending": planned.count(new=True, pending=True),
        "statements": [
            {
                "account": sheet.account.name,
                "number": sheet.account.masked,
                "new_account": sheet.account.is_new,
                "statement": sheet.statement.number,
                "currency": sheet.statement.currency,
                "from": None if sheet.statement.days is None else sheet.statement.days[0],
                "to": None if sheet.statement.days is None else sheet.statement.days[1],
                "opening": _figure(sheet.statement.opening),
                "closing": _figure(sheet.statement.closing),
                "sum": _figure(sheet.total),
                "lines": len(sheet.lines),
                "new": sum(1 for one in sheet.lines if one.is_new and not one.line.pending),
            }
            for sheet in planned.sheets
        ],
        "notes": list(planned.notes),
    }
    if planned.layout is not None:
        layout = planned.layout
        content["columns"] = {
            heading: ROLE_WORDS.get(role, "not read")
            for heading, role in zip(layout.heading, layout.columns, strict=False)
        }
        content["read_as"] = {
            "date_order": layout.date_order,
            "decimal": layout.decimal,
            "remembered": planned.remembered,
        }
        if planned.guess is not None and not planned.remembered:
            content["doubts"] = list(planned.guess.doubts)
    return content


def _named(one: dict[str, Any]) -> str:
    name, number = str(one["account"]), str(one["number"])
    return name if number in name else f"{name} {number}"


def _figure(amount: Any) -> str | None:
    return None if amount is None else f"{amount.decimal():f}"


def _show(content: dict[str, Any], planned: Plan, *, as_json: bool, dry: bool) -> None:
    if as_json:
        print_json({"dry_run": dry, **content})
        return
    print(f"{content['file']} is {content['format']}.")
    heads = ("account", "statement", "from", "to", "opening", "lines", "new", "sum", "closing", "")
    print_table(
        heads,
        [
            (_named(one), one["statement"] or None, one["from"], one["to"], one["opening"],
             one["lines"], one["new"], one["sum"], one["closing"], one["currency"])
            for one in content["statements"]
        ],
    )  # fmt: skip
    if "columns" in content:
        read = ", ".join(f"{name}: {words.lower()}" for name, words in content["columns"].items())
        print(
            f"Columns: {read}. Dates {content['read_as']['date_order']}, decimal sign {content['read_as']['decimal']!r}."
        )
    for sentence in (*content.get("doubts", ()), *content["notes"], *content.get("findings", ())):
        print(sentence, file=sys.stderr)
    pending = f", {content['pending']} pending" if content["pending"] else ""
    print(f"{content['new']} new, {content['known']} known{pending}.{' Nothing was written.' if dry else ''}")
