"""`tieout audit`: whether the hash chain of the log holds, the log as a file, and the evidence of one receipt."""

from __future__ import annotations

import hashlib
import itertools
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.audit_checked import content, say, verification
from cli.group import group
from cli.kept import kept
from cli.opened import Opened, opened
from cli.options import AsJson, Organisation
from cli.shown import print_json
from ledger.faults import BadInput
from proving.close.pack import digest
from proving.evidence.gather import canonical, evidence, told
from proving.evidence.printed import printed
from runtime.anchoring import accept as accept_log
from runtime.anchoring import anchor
from store.audit import Act, record
from store.queries.evidence import log

app = group("The audit log.")
PART = 1_000


@app.callback()
def audit() -> None:
    """The audit log: who decided what, in a chain that shows any change."""


@app.command()
def verify(
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", metavar="FILE", help="A pack as JSON or an exported log, with an anchor in it."),
    ] = None,
    pack: Annotated[
        list[Path] | None,
        typer.Option("--pack", metavar="FILE", help="A file of a pack: is it the one that was signed or handed out?"),
    ] = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> int:
    """Check that the audit log is whole: no entry changed, none taken out, none cut off its end, no kept pack changed.

    Ends with 1 where it is not, and says which entries. Example: tieout audit verify --against acme-2026-03-31.json
    """
    place = opened(organisation)
    checked = verification(place, against or [], pack or [])
    if as_json:
        print_json(content(place, checked))
    else:
        say(checked)
    return int(not checked.holds)


@app.command()
def accept(
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why: which backup was put back, by whom.")],
    organisation: Organisation = None,
) -> None:
    """Take a log that was cut off as it stands, after a backup was put back: said in the log, for good.

    Example: tieout audit accept --because "The disk broke; Monday's backup was put back by Ann."
    """
    place = opened(organisation)
    made = accept_log(place.app, place.organisation_id, because, by=place.actor)
    print(f"The log is taken as it stands, with {made.entries} entries; the last of them says why.")


@app.command()
def export(
    out: Annotated[Path | None, typer.Option("--out", help="File to write; standard output without it.")] = None,
    organisation: Organisation = None,
) -> None:
    """Write the whole log as JSON lines, with its hashes and salts, so that others can check the chain.

    The last line is an anchor: how many entries there were, and a seal that nobody can make who has the database alone.
    """
    place = opened(organisation)
    if out is None:
        told, own = _write(sys.stdout.buffer, place)
    else:
        try:
            with kept(out) as file:
                told, own = _write(file, place)
        except OSError as error:
            raise BadInput(f"{out} cannot be written ({error.strerror}).") from None
    files = {"log" if out is None else out.name: own}
    words = "The audit log was exported."
    _note(place, "audit.export", "organisation", str(place.organisation_id), words, files=files, anchor=told)


@app.command("evidence")
def evidence_(
    receipt: Annotated[str, typer.Argument(help="A receipt: its id, or the id of its charge or bank line.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for the pack as JSON and PDF.")
    ] = None,
    organisation: Organisation = None,
) -> None:
    """All that stands behind one application of cash: bank line, document, decision, posting, answer, read-back, undo."""
    place = opened(organisation)
    anchored = anchor(place.app, place.organisation_id, "evidence")
    told = None if anchored is None else anchored.told()
    with place.app.database.read() as connection:
        pack = evidence(connection, place.organisation_id, receipt, now=place.app.clock.now(), anchor=told)
    own = pack["receipt"]["id"]
    made = {f"evidence-{own}.json": canonical(pack), f"evidence-{own}.pdf": printed(pack)}
    if out is None:
        sys.stdout.write(canonical(pack).decode())
    else:
        try:
            out.mkdir(parents=True, exist_ok=True)
            for name, bytes_ in made.items():
                with kept(out / name) as file:
                    file.write(bytes_)
        except OSError as error:
            raise BadInput(f"{out} cannot be written to ({error.strerror}); choose another folder.") from None
        for name in made:
            print(out / name)
    files = {name: digest(bytes_) for name, bytes_ in made.items()}
    _note(place, "evidence.export", "receipt", own, "Its evidence was exported.", files=files, anchor=told)


def _write(file: Any, place: Opened) -> tuple[dict[str, Any] | None, str]:
    """Gives the anchor of the last line, and the SHA-256 of what was written."""
    anchored = anchor(place.app, place.organisation_id, "exporting")
    told = None if anchored is None else anchored.told()
    own = hashlib.sha256()
    for row in itertools.chain(_rows(place), [{"anchor": told}]):
        line = json.dumps(row, ensure_ascii=False) + "\n"
        own.update(line.encode())
        file.write(line.encode())
    return told, own.hexdigest()


def _rows(place: Opened) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        with place.app.database.read() as connection:
            rows = log(connection, place.organisation_id, after, PART)
        for row in rows:
            at: datetime = row.at
            salt = None if row.salt is None else bytes(row.salt).hex()
            yield {
                "organisation_id": str(row.organisation_id), **told(row), "salt": salt,
                "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            }  # fmt: skip
        if len(rows) < PART:
            return
        after = rows[-1].sequence


def _note(place: Opened, verb: str, kind: str, own: str, words: str, **detail: Any) -> None:
    act = Act(actor=place.actor, verb=verb, object_kind=kind, object_id=own, summary=words, detail=detail)
    with place.app.database.write() as connection:
        record(connection, place.organisation_id, act, place.app.clock.now())
