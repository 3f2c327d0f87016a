"""Every act on what is posted, proved and closed, sent straight to its address by those who may not, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from store.database import Database
from store.tables.history import audit
from store.tables.posting import postings
from tests.webapp.posting.outbox import accept, switch_on, with_balance
from tests.webapp.site import Site, Visitor, open_questions, served
from webapp.app import create_app
from webapp.auth.rights import RIGHTS, Right, may

ACTS = frozenset({Right.DECIDE, Right.POST, Right.STOP, Right.RULE, Right.SYNC, Right.CONNECT})


@pytest.fixture
def waiting(postgres_database: Database, tmp_path: Path) -> Iterator[Site]:
    with served(postgres_database, tmp_path) as made:
        open_questions(made.books)
        with_balance(made)
        switch_on(made)
        accept(made, "ch_1", "ch_2", "ch_3")
        yield made


def _acts(site: Site) -> list[tuple[str, Right]]:
    """Addresses that change something, with the right that each asks for; ids are those of things that stand."""
    with site.app.database.read() as connection:
        row = connection.execute(select(postings).order_by(postings.c.created_at).limit(1)).one()
    own = site.books.place
    ids = {
        "posting_id": row.id, "entity_id": own.entity_id, "connection_id": row.connection_id, "connection": row.connection_id,
        "match_id": row.match_id, "receipt_id": row.receipt_id, "provider": "xero",
    }  # fmt: skip
    flask = create_app(site.app)
    found = []
    with flask.test_request_context():
        for rule in flask.url_map.iter_rules():
            right = getattr(flask.view_functions[rule.endpoint], "tieout_right", None)
            if "POST" in (rule.methods or ()) and right in ACTS:
                values: dict[str, Any] = {name: ids.get(name, uuid4()) for name in rule.arguments}
                found.append((flask.url_map.bind("").build(rule.endpoint, values, method="POST"), right))
    return sorted(set(found))


def _stands(site: Site) -> tuple[Any, ...]:
    with site.app.database.read() as connection:
        rows = connection.execute(select(postings.c.id, postings.c.state, postings.c.revision).order_by(postings.c.id))
        acts = connection.execute(select(func.count()).select_from(audit)).scalar_one()
        return (*rows.all(), acts)


def _sent(person: Visitor, path: str, token: str, **given: Any) -> int:
    form = {"csrf_token": token, "mode": "off", "seen": "1", "reason": "x"}
    return person.session.post(person.base + path, data=form, allow_redirects=False, timeout=180, **given).status_code


def test_who_may_not_cannot_by_a_straight_post_either(waiting: Site) -> None:
    acts = _acts(waiting)
    assert len(acts) > 30
    people = {role: waiting.signed_in(role) for role in RIGHTS if role != "owner"}
    before = _stands(waiting)
    for role, person in people.items():
        token = person.token("/settings")
        refused = [path for path, right in acts if not may(role, right)]
        assert {(path, _sent(person, path, token)) for path in refused} == {(path, 403) for path in refused}, role
    assert _stands(waiting) == before


def test_a_right_without_the_forms_own_token_is_none(waiting: Site) -> None:
    ann, bert = waiting.signed_in(), waiting.signed_in("bookkeeper")
    before, stolen = _stands(waiting), bert.token("/settings")
    for path, _ in _acts(waiting):
        assert (_sent(ann, path, ""), path) == (400, path)
        assert (_sent(ann, path, stolen), path) == (400, path)
        assert (_sent(ann, path, ann.token("/settings"), headers={"Sec-Fetch-Site": "cross-site"}), path) == (403, path)
    assert _stands(waiting) == before
