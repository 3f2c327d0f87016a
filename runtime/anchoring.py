"""Anchors of the audit log as this machine makes them, and the last of each kept beside the database: its witness.

Whoever has the database alone can take out entries and anchors together; the witness then still says how far they went.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from datetime import datetime
from pathlib import Path
from uuid import UUID

from ledger.faults import BadInput
from proving.log.checking import Checked, check
from proving.log.finding import Kept
from runtime.wiring import App
from store import audit, audit_anchors
from store.audit import Act
from store.audit_anchors import Anchor, Keyring
from store.tenancy import list_organisations

_log = logging.getLogger(__name__)
FOLDER = "witness"
REASON_LETTERS_MAX = 500


def keyring(app: App) -> Keyring:
    return Keyring([key.reveal() for key in app.settings.encryption_keys])


def anchor(app: App, organisation_id: UUID, made_for: str, *, again: bool = False) -> Anchor | None:
    """An anchor at the log's present end. None where the log does not hold: then none is made, and `tieout audit verify`
    says what is wrong.
    """
    path = _path(app, organisation_id)
    known = witness(path)
    made = audit_anchors.drop(
        app.database, keyring(app), organisation_id, made_for, app.clock.now(), known=known, again=again
    )
    if made is None:
        _log.error("the audit log of organisation %s does not hold; see `tieout audit verify`", organisation_id)
    elif known is None or known.number < made.number:
        _keep(path, made)
    return made


def anchor_all(app: App, made_for: str, *, again: bool = False) -> None:
    with app.database.read() as connection:
        rows = list_organisations(connection)
    for row in rows:
        anchor(app, row.id, made_for, again=again)


def check_log(app: App, organisation_id: UUID, *handed: Kept) -> Checked:
    """handed: anchors from files that somebody gave."""
    own = witness(_path(app, organisation_id))
    outside = () if own is None else (Kept(anchor=own, where="the witness on this machine"),)
    with app.database.read() as connection:
        return check(connection, organisation_id, keyring(app), (*outside, *handed))


def accept(app: App, organisation_id: UUID, because: str, *, by: str) -> Anchor:
    """A person takes the log as it stands though it was cut off: said in the log itself, and sealed.

    Raises BadInput without a reason, or where an entry was changed: that no word of a person mends.
    """
    told = because.strip()
    if not told or len(told) > REASON_LETTERS_MAX:
        raise BadInput(f"Taking the log as it stands needs a reason, of at most {REASON_LETTERS_MAX} letters.")
    found = check_log(app, organisation_id)
    if found.first_broken is not None:
        raise BadInput(f"Entry {found.first_broken} itself does not fit the chain; put back a backup in which it does.")
    if found.whole:
        raise BadInput("The log holds against every anchor; there is nothing to accept.")
    return take(app, organisation_id, told, [one.words for one in found.findings], by=by, now=app.clock.now())


def after_restore(app: App, because: str) -> list[str]:
    """An older backup was put back on purpose: what its logs lack of what this machine has seen is said in them."""
    with app.database.read() as connection:
        rows = list_organisations(connection)
    told = []
    for row in rows:
        found = check_log(app, row.id)
        if found.missing is not None and found.first_broken is None:
            lacking = [one.words for one in found.findings]
            take(app, row.id, because, lacking, by="command line", now=app.clock.now())
            told.append(f"The audit log of {row.name} lacks the last {found.missing.count} entries, and says so.")
    return told


def take(app: App, organisation_id: UUID, because: str, findings: list[str], *, by: str, now: datetime) -> Anchor:
    act = Act(
        actor=by, verb="audit.accept", object_kind="organisation", object_id=str(organisation_id),
        summary=f"The audit log was taken as it stands: {because}", detail={"because": because, "findings": findings},
    )  # fmt: skip
    with app.database.write() as connection:
        audit.record(connection, organisation_id, act, now)
    path = _path(app, organisation_id)
    known = witness(path)
    above = 0 if known is None else known.number
    made = audit_anchors.accept(app.database, keyring(app), organisation_id, because, now, above=above)
    _keep(path, made)
    return made


def witness(path: Path) -> Anchor | None:
    """None where there is none, or what is there is none."""
    try:
        return audit_anchors.read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, BadInput):
        return None


def _path(app: App, organisation_id: UUID) -> Path:
    return app.settings.home / FOLDER / f"{organisation_id}.json"


def _keep(path: Path, made: Anchor) -> None:
    """In one step. A home that cannot be written to has no witness: the anchors in the database and in files remain."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(made.told(), indent=2, sort_keys=True) + "\n")
        Path(name).replace(path)
    except OSError as error:
        _log.warning("no witness of the audit log can be kept in %s (%s)", path.parent, error.strerror)
