"""The rules of posting: what is saved over an older version than it was read from takes nobody's change back."""

from __future__ import annotations

import msgspec
import pytest

from bench.posting.desk import PERSON, Desk
from ledger.faults import Refused
from posting import ruling
from posting.rules import Mode, PostingRules


def _held(desk: Desk) -> tuple[PostingRules, int | None]:
    with desk.database.read() as connection:
        return ruling.load(connection, desk.organisation_id, desk.entity_id)


def test_a_form_that_was_read_before_posting_was_switched_off_does_not_switch_it_on(desk: Desk) -> None:
    desk.rules(Mode.AUTOMATIC)
    seen, version = _held(desk)
    place, now = (desk.database, desk.organisation_id, desk.entity_id), desk.app.clock.now()
    ruling.switch(*place, Mode.OFF, note="off", by=PERSON, now=now)
    typed = msgspec.structs.replace(seen, rounding_minor=7)
    with pytest.raises(Refused):
        ruling.save(*place, typed, note="rounding", by=PERSON, now=now, over=version)
    assert _held(desk)[0].mode is Mode.OFF


def test_switching_keeps_what_was_saved_a_moment_before(desk: Desk) -> None:
    desk.rules(Mode.AUTOMATIC)
    seen, version = _held(desk)
    place, now = (desk.database, desk.organisation_id, desk.entity_id), desk.app.clock.now()
    ruling.save(
        *place, msgspec.structs.replace(seen, rounding_minor=7), note="rounding", by=PERSON, now=now, over=version
    )
    ruling.switch(*place, Mode.OFF, note="off", by=PERSON, now=now)
    rules, _ = _held(desk)
    assert (rules.mode, rules.rounding_minor) == (Mode.OFF, 7)
