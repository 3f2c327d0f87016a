"""`tieout close`: the period-end pack of an entity, prepared, signed, reopened; and what changed in it later."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.opened import Opened, opened
from cli.options import AsJson, Organisation
from cli.shown import print_json, print_table
from cli.verify import day_of, teller
from ledger.faults import Ambiguous, BadInput, NotFound
from proving.close import signing
from proving.close.later import LaterChange, later_changes
from proving.close.printed import grouped
from runtime.anchoring import anchor
from runtime.closing import prepare_close
from store import closes


def close(
    through: Annotated[str, typer.Option("--through", metavar="DATE", help="The period's last day.")],
    entity: Annotated[
        str | None, typer.Option("--entity", metavar="NAME", help="Whose period; may be left out where there is one.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder for the pack's files.")] = None,
    sign: Annotated[bool, typer.Option("--sign", help="Sign the pack that stands, as the person of --as.")] = False,
    reopen: Annotated[
        str | None,
        typer.Option("--reopen", metavar="REASON", help="Open a signed period again, as the person of --as."),
    ] = None,
    person: Annotated[str | None, typer.Option("--as", metavar="EMAIL", help="Who signs or reopens.")] = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> int:
    """Prepare the period-end pack: everything is verified as of the day, aged, and kept as JSON, XLSX and PDF.

    A period that is signed is shown as it was, with what changed in it later. Ends with 1 where something differs.
    """
    day = day_of(through, "--through")
    assert day is not None
    if (sign or reopen is not None) and person is None:
        raise BadInput("Say who signs with --as EMAIL.")
    place = opened(organisation)
    whose = _entity(place, entity)
    if sign or reopen is not None:
        _act(place, whose, day, person or "", reopen)
    elif _signed(place, whose, day) is None:
        prepare_close(
            place.app, place.organisation_id, whose.id, day, by=person or place.actor, report=teller(whose.name)
        )
    return _show(place, whose, day, out, as_json=as_json)


def _entity(place: Opened, wanted: str | None) -> Any:
    rows = place.entities(wanted)
    if not rows:
        raise NotFound("There is no entity yet; connect its books with `tieout connect`.")
    if len(rows) > 1:
        raise Ambiguous(f"There are several entities; name one with --entity: {', '.join(row.name for row in rows)}.")
    return rows[0]


def _signed(place: Opened, whose: Any, day: date) -> Any:
    with place.app.database.read() as connection:
        return closes.standing(connection, place.organisation_id, whose.id, day)


def _standing(place: Opened, whose: Any, day: date) -> Any:
    with place.app.database.read() as connection:
        row = closes.of_period(connection, place.organisation_id, whose.id, day)
    if row is None:
        raise NotFound(f"No pack stands for the period through {day.isoformat()}; prepare it with `tieout close`.")
    return row


def _act(place: Opened, whose: Any, day: date, person: str, reason: str | None) -> None:
    own: UUID = _standing(place, whose, day).id
    by, now = person.strip().lower(), place.app.clock.now()
    if reason is None:
        signing.sign(place.app.database, place.organisation_id, own, by=by, now=now)
    else:
        signing.reopen(place.app.database, place.organisation_id, own, reason=reason, by=by, now=now)
    anchor(place.app, place.organisation_id, "signing")


def _show(place: Opened, whose: Any, day: date, out: Path | None, *, as_json: bool) -> int:
    with place.app.database.read() as connection:
        row = closes.of_period(connection, place.organisation_id, whose.id, day)
        if row is None:
            print(f"The period through {day.isoformat()} of {whose.name} is open again.")
            return 0
        files = closes.files_of(connection, place.organisation_id, row.id)
        signed = row.state in ("signed", "reviewed")
        later = later_changes(connection, place.organisation_id, whose.id, day, row.prepared_at) if signed else []
    names = [] if out is None else _write(out, files)
    if as_json:
        print_json(_content(row, names, later))
    else:
        _print(row, whose, names, later)
    return int(bool(row.pack["differences"] or later))


def _write(out: Path, files: list[Any]) -> list[str]:
    """The very bytes that were kept."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file in files:
            _replace(out / file.name, file.content)
    except OSError as error:
        raise BadInput(f"{out} cannot be written to ({error.strerror}); choose another folder.") from None
    return [str(out / file.name) for file in files]


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all: an earlier pack is not lost to a full disk, and a link is replaced, never followed."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as made:
            made.write(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _content(row: Any, names: list[str], later: list[LaterChange]) -> dict[str, Any]:
    return {
        "close": row.id, "state": row.state, "digest": row.digest, "signed_by": row.signed_by, "signed_at": row.signed_at,
        "reviewed_by": row.reviewed_by, "reviewed_at": row.reviewed_at, "files": names, "pack": row.pack,
        "later_changes": [_later(one) for one in later],
    }  # fmt: skip


def _later(one: LaterChange) -> dict[str, Any]:
    return {
        "kind": one.noun, "external_id": one.external_id, "name": one.name, "what": one.what, "on": one.on,
        "before": None if one.before is None else f"{one.before.decimal():f}",
        "after": None if one.after is None else f"{one.after.decimal():f}", "amount": f"{one.amount.decimal():f}",
        "currency": one.amount.currency, "differs": dict(one.differs), "who": one.who, "recorded_at": one.recorded_at,
    }  # fmt: skip


def _said(side: Any) -> str:
    return "nothing" if side is None else grouped(side)


def _print(row: Any, whose: Any, names: list[str], later: list[LaterChange]) -> None:
    pack = row.pack
    print(f"{whose.name}, {pack['period']['from']} to {pack['period']['through']}: {row.state}")
    ledger = pack["receivables"]
    if ledger is not None:
        rows = [
            (f"Open in {one['currency']}", grouped(one["total"]), grouped(one["home"])) for one in ledger["currencies"]
        ]
        rows.append(("Sub-ledger", "", grouped(ledger["sub_ledger"]["amount"])))
        if ledger["control_account"] is not None:
            rows.append(("Control account", "", grouped(ledger["control_account"]["amount"])))
            rows.append(("Difference", "", grouped(ledger["difference"]["amount"])))
        print_table(("receivables", "own currency", pack["entity"]["home_currency"]), rows)
    for one in pack["processors"]:
        proof = one["clearing"]
        told = "no clearing account chosen" if proof is None else f"unexplained {grouped(proof['unexplained'])}"
        print(
            f"{one['company']} {one['currency']}: {grouped(one['opening'])} to {grouped(one['closing'])}, payouts of "
            f"{grouped(one['in_transit'])} not at the bank yet, {told}"
        )
    receipts = pack["receipts"]
    print(
        f"Receipts: {len(receipts['unmatched'])} unmatched, {len(receipts['decided_not_posted'])} decided and not posted"
    )
    for one in pack["differences"]:
        print(
            f"  {one['name']}: here {_said(one['ours'])}, there {_said(one['theirs'])}: {one['cause_words']}. {one['words']} "
            f"{one['remedy']}"
        )
    for one in later:
        print(f"  Later: {one.name} {one.what}, {one.before or 'nothing'} to {one.after or 'nothing'}, by {one.who}")
    if row.signed_by:
        print(f"Signed by {row.signed_by}" + (f", reviewed by {row.reviewed_by}" if row.reviewed_by else ""))
    for name in names:
        print(name)
