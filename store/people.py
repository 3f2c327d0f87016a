"""People, what they may do in which organisation, their one-time links and their sessions.

Tokens of links and sessions are random and stand here as hashes only: who reads the database cannot sign in with it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, select, update

from ledger.faults import BadInput, NotFound
from store import tenancy
from store.audit import Act, record
from store.tables.people import memberships, people, sessions, sign_in_links
from store.tables.tenancy import organisations
from store.upsert import upsert

ROLES = ("owner", "bookkeeper", "approver", "collector", "sales", "auditor")
LINK_LIFETIME = timedelta(hours=24)  # an invitation is read within a day, or made anew
SESSION_IDLE = timedelta(hours=8)  # a working day's longest pause
SESSION_WHOLE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # a write for every page would only wear the disk
EMAIL_CHARACTERS_MAX = 254


def normal_email(text: str) -> str:
    """Lower case and trimmed. Raises BadInput for what is no address."""
    email = text.strip().lower()
    name, _, host = email.rpartition("@")
    if not name or not host or len(email) > EMAIL_CHARACTERS_MAX or any(sign.isspace() for sign in email):
        raise BadInput(f"{text!r} is no e-mail address; write it like anna@example.com.")
    return email


def add_person(
    connection: Connection, organisation_id: UUID, email: str, *, name: str, role: str, actor: str, now: datetime
) -> UUID:
    """Adds the person to the organisation in a role, or changes the role; a disabled person may sign in again."""
    if role not in ROLES:
        raise BadInput(f"There is no role {role!r}; choose one of {', '.join(ROLES)}.")
    email = normal_email(email)
    row = find_by_email(connection, email)
    if row is None:
        person_id = tenancy.new_id(now)
        connection.execute(
            people.insert().values(
                id=person_id, email=email, name=name or email, active=True, session_token=secrets.token_hex(32),
                created_at=now,
            )
        )  # fmt: skip
    else:
        person_id = row.id
        values: dict[str, Any] = {"active": True} | ({"name": name} if name else {})
        connection.execute(update(people).where(people.c.id == person_id).values(**values))
    member = {
        "organisation_id": organisation_id, "person_id": person_id, "role": role, "active": True, "added_at": now,
    }  # fmt: skip
    upsert(connection, memberships, [member], keep=("added_at",))
    summary = f"{email} was given the role {role}."
    _audit(connection, organisation_id, person_id, "person.add", summary, {"email": email, "role": role}, actor, now)
    return person_id


def find_by_email(connection: Connection, email: str) -> Row[Any] | None:
    found: Row[Any] | None = connection.execute(
        select(people).where(people.c.email == email.strip().lower())
    ).one_or_none()
    return found


def list_people(connection: Connection, organisation_id: UUID) -> list[Row[Any]]:
    query = (
        select(people.c.id, people.c.email, people.c.name, people.c.last_seen_at, memberships.c.role,
               and_(people.c.active, memberships.c.active).label("active"),
               people.c.password.is_not(None).label("has_password"))
        .join_from(memberships, people, people.c.id == memberships.c.person_id)
        .where(memberships.c.organisation_id == organisation_id)
        .order_by(people.c.email)
    )  # fmt: skip
    return list(connection.execute(query))


def disable(connection: Connection, organisation_id: UUID, email: str, *, actor: str, now: datetime) -> None:
    """The person may not look into this organisation any more; in others nothing changes for them. Raises NotFound."""
    row = next((item for item in list_people(connection, organisation_id) if item.email == email.strip().lower()), None)
    if row is None:
        raise NotFound(f"There is nobody with the address {email!r} here; `tieout users list` shows who there is.")
    member = and_(memberships.c.organisation_id == organisation_id, memberships.c.person_id == row.id)
    connection.execute(update(memberships).where(member).values(active=False))
    if memberships_of(connection, row.id):
        end_sessions(connection, row.id, now, organisation_id)
    else:  # there is nowhere left to sign in to
        end_sessions(connection, row.id, now)
        unused = and_(sign_in_links.c.person_id == row.id, sign_in_links.c.used_at.is_(None))
        connection.execute(update(sign_in_links).where(unused).values(used_at=now))
    summary = f"{row.email} may not sign in any more."
    _audit(connection, organisation_id, row.id, "person.disable", summary, {"email": row.email}, actor, now)


def memberships_of(connection: Connection, person_id: UUID) -> list[Row[Any]]:
    """The organisations that the person may look into, by name."""
    query = (
        select(organisations.c.id, organisations.c.name, memberships.c.role)
        .join_from(memberships, organisations, organisations.c.id == memberships.c.organisation_id)
        .where(memberships.c.person_id == person_id, memberships.c.active)
        .order_by(organisations.c.name, organisations.c.id)
    )
    return list(connection.execute(query))


def change_password(
    connection: Connection, organisation_id: UUID, person_id: UUID, hashed: str, *, keep: str, actor: str, now: datetime
) -> None:
    """Sets the hash; every session ends but the one whose token is `keep`."""
    connection.execute(update(people).where(people.c.id == person_id).values(password=hashed))
    others = and_(sessions.c.person_id == person_id, sessions.c.session_hash != _hash(keep))
    connection.execute(update(sessions).where(others, sessions.c.ended_at.is_(None)).values(ended_at=now))
    _audit(connection, organisation_id, person_id, "person.password", "A password was set.", {}, actor, now)


def add_link(connection: Connection, person_id: UUID, now: datetime, lifetime: timedelta = LINK_LIFETIME) -> str:
    """A new one-time sign-in link's token."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        sign_in_links.insert().values(link_hash=_hash(token), person_id=person_id, expires_at=now + lifetime)
    )
    return token


def link_stands(connection: Connection, token: str, now: datetime) -> bool:
    where = and_(sign_in_links.c.link_hash == _hash(token), *_usable(now))
    return connection.execute(select(sign_in_links.c.link_hash).where(where)).one_or_none() is not None


def use_link(connection: Connection, token: str, now: datetime) -> UUID | None:
    """The person whose link it is, once; None where it is unknown, used, too old, or the person is disabled."""
    where = and_(sign_in_links.c.link_hash == _hash(token), *_usable(now))
    done = connection.execute(update(sign_in_links).where(where).values(used_at=now))
    if done.rowcount != 1:
        return None
    found: UUID | None = connection.execute(
        select(people.c.id)
        .join_from(sign_in_links, people, people.c.id == sign_in_links.c.person_id)
        .where(sign_in_links.c.link_hash == _hash(token), people.c.active)
    ).scalar_one_or_none()
    return found


def _usable(now: datetime) -> tuple[Any, Any]:
    return sign_in_links.c.used_at.is_(None), sign_in_links.c.expires_at > now


def begin_session(connection: Connection, person_id: UUID, now: datetime) -> str:
    """Opens a session in the person's first organisation and gives its token; signing in is audited there."""
    token = secrets.token_urlsafe(32)
    own = memberships_of(connection, person_id)
    organisation_id = own[0].id if own else None
    connection.execute(
        sessions.insert().values(
            session_hash=_hash(token), person_id=person_id, organisation_id=organisation_id, begun_at=now, seen_at=now
        )
    )
    connection.execute(update(people).where(people.c.id == person_id).values(last_seen_at=now))
    if organisation_id is not None:
        email = connection.execute(select(people.c.email).where(people.c.id == person_id)).scalar_one()
        _audit(connection, organisation_id, person_id, "person.sign_in", f"{email} signed in.", {}, email, now)
    return token


def find_session(connection: Connection, token: str, now: datetime) -> Row[Any] | None:
    """The open session with its person, organisation and role; None where it has ended by hand or by time.

    organisation_id and role are None where the person belongs to none any more.
    """
    query = (
        select(
            sessions.c.seen_at, people.c.id.label("person_id"), people.c.email, people.c.name,
            people.c.password.is_not(None).label("has_password"), organisations.c.id.label("organisation_id"),
            organisations.c.name.label("organisation_name"), memberships.c.role,
        )
        .join_from(sessions, people, people.c.id == sessions.c.person_id)
        .outerjoin(
            memberships,
            and_(
                memberships.c.person_id == people.c.id,
                memberships.c.organisation_id == sessions.c.organisation_id,
                memberships.c.active,
            ),
        )
        .outerjoin(organisations, organisations.c.id == memberships.c.organisation_id)
        .where(sessions.c.session_hash == _hash(token), sessions.c.ended_at.is_(None), people.c.active)
        .where(sessions.c.seen_at > now - SESSION_IDLE, sessions.c.begun_at > now - SESSION_WHOLE)
    )  # fmt: skip
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def touch_session(connection: Connection, token: str, now: datetime) -> None:
    connection.execute(update(sessions).where(sessions.c.session_hash == _hash(token)).values(seen_at=now))


def look_at(connection: Connection, token: str, person_id: UUID, organisation_id: UUID) -> None:
    """Moves a session to another organisation of the person. Raises NotFound."""
    if organisation_id not in {row.id for row in memberships_of(connection, person_id)}:
        raise NotFound("There is no such organisation among yours.")
    where = and_(sessions.c.session_hash == _hash(token), sessions.c.person_id == person_id)
    connection.execute(update(sessions).where(where).values(organisation_id=organisation_id))


def end_session(connection: Connection, token: str, now: datetime) -> None:
    connection.execute(update(sessions).where(sessions.c.session_hash == _hash(token)).values(ended_at=now))


def end_sessions(connection: Connection, person_id: UUID, now: datetime, organisation_id: UUID | None = None) -> None:
    """All of the person's, or those alone that look at one organisation."""
    where = and_(sessions.c.person_id == person_id, sessions.c.ended_at.is_(None))
    if organisation_id is not None:
        where = and_(where, sessions.c.organisation_id == organisation_id)
    connection.execute(update(sessions).where(where).values(ended_at=now))


def count_people(connection: Connection, organisation_id: UUID) -> int:
    query = select(func.count()).where(memberships.c.organisation_id == organisation_id)
    return int(connection.execute(query).scalar_one())


def _audit(
    connection: Connection, organisation_id: UUID, person_id: UUID, verb: str, summary: str,
    detail: Mapping[str, Any], actor: str, now: datetime,
) -> None:  # fmt: skip
    act = Act(
        actor=actor[:80], verb=verb, object_kind="person", object_id=str(person_id), summary=summary, detail=detail
    )
    record(connection, organisation_id, act, now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
