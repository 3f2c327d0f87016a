"""`tieout audit`: whether the hash chain of the log holds, the log as a file, and the evidence of one receipt."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.opened import Opened, opened
from cli.options import AsJson, Organisation
from cli.shown import print_json
from ledger.faults import BadInput
from proving.evidence.gather import canonical, evidence, told
from proving.evidence.printed import printed
from store.audit import Act, first_broken, length, record
from store.queries.evidence import log

app = typer.Typer(no_args_is_help=True, help="The audit log.")
PART = 1_000


@app.callback()
def audit() -> None:
    """The audit log: who decided what, in a chain that shows any change."""


@app.command()
def verify(organisation: Organisation = None, as_json: AsJson = False) -> int:
    """Check the audit log's hash chain. Ends with 1 and the first broken entry where it does not hold."""
    place = opened(organisation)
    with place.app.database.read() as connection:
        broken = first_broken(connection, place.organisation_id)
        entries = length(connection, place.organisation_id)
    if as_json:
        print_json({"organisation": place.organisation.name, "entries": entries, "first_broken": broken})
    elif broken is None:
        print(f"The chain of {entries} entries is whole.")
    else:
        print(f"Entry {broken} of {entries} does not fit the chain: it, or one before it, was changed.")
    return int(broken is not None)


@app.command()
def export(
    out: Annotated[Path | None, typer.Option("--out", help="File to write; standard output without it.")] = None,
    organisation: Organisation = None,
) -> None:
    """Write the whole log as JSON lines, with its hashes and salts, so that others can check the chain."""
    place = opened(organisation)
    if out is None:
        _write(sys.stdout, place)
    else:
        try:
            with out.open("w", encoding="utf-8") as file:
                _write(file, place)
        except OSError as error:
            raise BadInput(f"{out} cannot be written ({error.strerror}).") from None
    _note(place, "audit.export", "organisation", str(place.organisation_id), "The audit log was exported.")


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
    with place.app.database.read() as connection:
        pack = evidence(connection, place.organisation_id, receipt, now=place.app.clock.now())
    own = pack["receipt"]["id"]
    if out is None:
        sys.stdout.write(canonical(pack).decode())
    else:
        try:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"evidence-{own}.json").write_bytes(canonical(pack))
            (out / f"evidence-{own}.pdf").write_bytes(printed(pack))
        except OSError as error:
            raise BadInput(f"{out} cannot be written to ({error.strerror}); choose another folder.") from None
        print(out / f"evidence-{own}.json")
        print(out / f"evidence-{own}.pdf")
    _note(place, "evidence.export", "receipt", own, "Its evidence was exported.")


def _write(file: Any, place: Opened) -> None:
    for row in _rows(place):
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


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


def _note(place: Opened, verb: str, kind: str, own: str, words: str) -> None:
    act = Act(actor=place.actor, verb=verb, object_kind=kind, object_id=own, summary=words, detail={})
    with place.app.database.write() as connection:
        record(connection, place.organisation_id, act, place.app.clock.now())
