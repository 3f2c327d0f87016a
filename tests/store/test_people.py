"""A person of two organisations: what one of them does about the person is not the other's."""

from __future__ import annotations

from datetime import timedelta

from store import people
from store.database import Database
from tests.store.place import NOW, make_place


def test_disabled_in_one_organisation_a_person_stays_in_the_other(database: Database) -> None:
    one, two = make_place(database, "Acme"), make_place(database, "Beta")
    with database.write() as connection:
        for place in (one, two):
            own = people.add_person(
                connection, place.organisation_id, "ann@acme.example", name="Ann", role="owner", actor="t", now=NOW
            )
        link = people.add_link(connection, own, NOW)
        token = people.begin_session(connection, own, NOW)
        elsewhere = people.begin_session(connection, own, NOW)
        people.look_at(connection, elsewhere, own, two.organisation_id)
        people.disable(connection, one.organisation_id, "ann@acme.example", actor="t", now=NOW)
        assert people.find_session(connection, token, NOW) is None
        still = people.find_session(connection, elsewhere, NOW)
        assert still is not None
        assert still.organisation_id == two.organisation_id
        assert [row.id for row in people.memberships_of(connection, own)] == [two.organisation_id]
        assert [row.active for row in people.list_people(connection, one.organisation_id)] == [False]
        assert people.link_stands(connection, link, NOW)
        people.disable(connection, two.organisation_id, "ann@acme.example", actor="t", now=NOW)
        assert people.find_session(connection, elsewhere, NOW) is None
        assert not people.link_stands(connection, link, NOW)
        people.add_person(
            connection, one.organisation_id, "ann@acme.example", name="Ann", role="owner", actor="t",
            now=NOW + timedelta(hours=1),
        )  # fmt: skip
        assert [row.active for row in people.list_people(connection, one.organisation_id)] == [True]
