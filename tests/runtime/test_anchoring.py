"""Whatever somebody does to the log, its anchors or both with the database alone is told in words: what, how much, since."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from ledger.faults import BadInput
from proving.log.finding import Kept
from runtime.anchoring import accept, anchor, anchor_all, check_log
from runtime.clock import FixedClock
from runtime.keys import new_encryption_key
from runtime.settings import Settings
from runtime.wiring import App
from store.audit import entries as log_entries
from store.audit_anchors import Anchor, Keyring, anchors, drop
from store.database import Database
from store.tables.history import audit, audit_anchors, audit_details
from tests.store.place import NOW, make_place
from tests.store.test_audit_anchors import cut, write


class Log:
    """An organisation's log of eleven entries, with anchors at 7 and at 11, and the app that keeps it."""

    def __init__(self, database: Database, home: Path) -> None:
        self.database, self.home = database, home
        self.keys = [new_encryption_key()]
        self.app = self.opened()
        self.own: UUID = make_place(database).organisation_id
        write(database, self.own, 5)
        self.first = self.anchored()
        write(database, self.own, 4)
        self.second = self.anchored()

    def opened(self, home: Path | None = None) -> App:
        url = self.database.url.render_as_string(hide_password=False)
        environ = {
            "TIEOUT_HOME": str(home or self.home), "TIEOUT_DATABASE_URL": url, "TIEOUT_ENCRYPTION_KEYS": ",".join(self.keys),
            "TIEOUT_SECRET_KEY": "of no account in this test",
        }  # fmt: skip
        return replace(App.build(Settings.load(environ, None), FixedClock(NOW)), database=self.database)

    def anchored(self, made_for: str = "schedule") -> Anchor:
        made = anchor(self.app, self.own, made_for)
        assert made is not None
        return made

    def said(self, *handed: Kept) -> str:
        found = check_log(self.app, self.own, *handed)
        assert not found.whole
        assert found.first_broken is None, "the chain itself shows nothing"
        return "\n".join(one.words for one in found.findings)

    def no_witness(self) -> None:
        (self.home / "witness" / f"{self.own}.json").unlink()

    def remove_anchors(self, *numbers: int) -> None:
        where = audit_anchors.c.organisation_id == self.own
        if numbers:
            where &= audit_anchors.c.number.in_(numbers)
        with self.database.write() as connection:
            connection.execute(delete(audit_anchors).where(where))


@pytest.fixture
def log(database: Database, tmp_path: Path) -> Log:
    return Log(database, tmp_path / "home")


def test_a_log_that_nobody_touched_is_whole_and_may_be_longer_than_its_anchors(log: Log) -> None:
    write(log.database, log.own, 3)
    found = check_log(log.app, log.own)
    assert (found.whole, found.entries, found.anchors, found.compared) == (True, 14, 2, 3)
    assert found.newest == log.second


def test_a_tail_that_was_cut_off_is_missed_with_how_many_and_since_when(log: Log) -> None:
    cut(log.database, log.own, 8)
    log.no_witness()
    found = check_log(log.app, log.own)
    assert found.missing is not None
    assert (found.missing.first, found.missing.last, found.missing.count) == (9, 11, 3)
    assert (found.missing.since, found.missing.until) == (NOW, log.second.at)
    said = log.said()
    assert "Entries 9 to 11 are missing (3)" in said
    assert "older backup" in said
    cut(log.database, log.own, 2)
    assert "Entries 3 to 11 are missing (9)" in log.said()
    assert len(check_log(log.app, log.own).findings) == 1, "the shorter anchor tells nothing more"


def test_a_tail_that_was_cut_off_and_written_on_is_another_log(log: Log) -> None:
    cut(log.database, log.own, 8)
    write(log.database, log.own, 6)
    log.no_witness()
    assert "Entry 11 is another" in log.said()
    assert "entries after 7 were" in log.said()


def _replaced(log: Log) -> None:
    where = (audit_anchors.c.organisation_id == log.own) & (audit_anchors.c.number == 2)
    with log.database.write() as connection:
        connection.execute(update(audit_anchors).where(where).values(entries=7, head=log.first.head))


def _forged_whole(log: Log) -> None:
    """Made with a key of one's own: the seal is right under a key that is not held here."""
    log.remove_anchors()
    assert drop(log.database, Keyring([new_encryption_key()]), log.own, "schedule", NOW) is not None


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (_replaced, "Anchor 2 was not made by Tieout"),
        (_forged_whole, "sealed with a key that is not held here"),
        (lambda log: log.remove_anchors(1), "lacks anchor 1 of the audit log"),
    ],
    ids=["replaced", "of another key", "taken out"],
)
def test_an_anchor_that_was_touched_is_told(log: Log, tamper: Callable[[Log], None], said: str) -> None:
    cut(log.database, log.own, 7)
    tamper(log)
    log.no_witness()
    assert said in log.said()


def test_log_and_anchors_cut_off_together_are_missed_by_the_witness_and_by_a_file(log: Log) -> None:
    cut(log.database, log.own, 7)
    log.remove_anchors(2)
    assert "the witness on this machine says that the log had 11 entries" in log.said()
    assert "Anchor 2, which the witness on this machine names, is not in the database any more" in log.said()
    log.no_witness()
    assert check_log(log.app, log.own).whole, "nothing that is left tells of it, but a file does"
    said = log.said(Kept(anchor=log.second, where="acme.json"))
    assert "Entries 8 to 11 are missing (4): acme.json says" in said


def test_the_schedule_covers_nothing_up(log: Log, caplog: pytest.LogCaptureFixture) -> None:
    cut(log.database, log.own, 7)
    log.remove_anchors(2)
    write(log.database, log.own, 9)
    with caplog.at_level(logging.ERROR):
        anchor_all(log.app, "schedule")
    assert "does not hold" in caplog.text
    assert "Entry 11 is another than the witness on this machine says" in log.said()


def test_an_anchor_in_a_file_that_was_changed_is_told(log: Log) -> None:
    forged = replace(log.second, entries=7, head=log.first.head)
    assert "The anchor in acme.json was not made by Tieout" in log.said(Kept(anchor=forged, where="acme.json"))


def test_anchors_outlive_a_change_of_keys(log: Log) -> None:
    log.keys.insert(0, new_encryption_key())
    log.app = log.opened()
    assert check_log(log.app, log.own).whole, "the old key is still held"
    anchor_all(log.app, "rotating", again=True)
    log.keys.pop()
    log.app = log.opened()
    assert check_log(log.app, log.own).whole, "the newest speaks for those before it"
    _replaced(log)
    assert "Anchor 2 is another than anchor 3 says; it was replaced." in log.said()


def test_a_key_that_was_dropped_too_early_is_named(log: Log) -> None:
    log.keys[:] = [new_encryption_key()]
    log.app = log.opened()
    assert "put that key back at the end of TIEOUT_ENCRYPTION_KEYS" in log.said()
    assert anchor(log.app, log.own, "schedule") is None


def test_a_backup_that_was_put_back_is_accepted_with_a_reason_that_stays(log: Log, tmp_path: Path) -> None:
    cut(log.database, log.own, 7)
    log.remove_anchors(2)
    with pytest.raises(BadInput, match="reason"):
        accept(log.app, log.own, "  ", by="ann@example.com")
    made = accept(log.app, log.own, "The disk broke; Monday's backup.", by="ann@example.com")
    assert (made.number, made.entries) == (3, 8)
    found = check_log(log.app, log.own)
    assert found.whole
    assert [one.accepted for one in found.accepted] == ["The disk broke; Monday's backup."]
    with log.database.read() as connection:
        act = log_entries(connection, log.own, limit=1)[0]
    assert (act.verb, act.actor) == ("audit.accept", "ann@example.com")
    assert "Entries 8 to 11 are missing" in act.detail["findings"][0]
    assert log.anchored().entries == 8
    with pytest.raises(BadInput, match="nothing to accept"):
        accept(log.app, log.own, "Again.", by="ann@example.com")
    cut(log.database, log.own, 6)
    assert "missing (2)" in log.said()


def test_what_was_changed_inside_is_never_accepted(log: Log) -> None:
    where = (audit_details.c.organisation_id == log.own) & (audit_details.c.sequence == 4)
    with log.database.write() as connection:
        connection.execute(update(audit_details).where(where).values(summary="Something else."))
    with pytest.raises(BadInput, match="Entry 4 itself"):
        accept(log.app, log.own, "Because.", by="ann@example.com")


def test_a_home_that_cannot_be_written_to_still_has_anchors(log: Log, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "witness").write_text("a file where the folder should be", encoding="utf-8")
    log.app = log.opened(tmp_path / "other")
    write(log.database, log.own, 1)
    assert log.anchored().number == 3
    with log.database.read() as connection:
        assert len(anchors(connection, log.own)) == 3


def test_an_organisation_has_its_own_anchors(log: Log) -> None:
    other = make_place(log.database).organisation_id
    assert check_log(log.app, other).newest is None
    anchor_all(log.app, "schedule")
    found = check_log(log.app, other)
    assert found.newest is not None
    assert (found.newest.number, found.newest.entries) == (1, 2)
    with log.database.write() as connection:
        connection.execute(delete(audit_details).where(audit_details.c.organisation_id == other))
        connection.execute(delete(audit).where(audit.c.organisation_id == other))
    assert not check_log(log.app, other).whole
    assert check_log(log.app, log.own).whole
    assert log.second.at + timedelta() == NOW
