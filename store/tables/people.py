"""People, their roles in organisations, one-time sign-in links, and the sessions that are open."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Uuid

from store.tables.base import metadata
from store.types import Instant, Label

people = Table(
    "people",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Label, nullable=False, unique=True),
    Column("name", Label, nullable=False),
    Column("password", Label),
    Column("active", Boolean, nullable=False),
    Column("session_token", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant),
)

memberships = Table(
    "memberships",
    metadata,
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("added_at", Instant, nullable=False),
)
"""role: owner, bookkeeper, approver, collector, sales, auditor. active: may look into this organisation."""

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("link_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("organisation_id", ForeignKey("organisations.id")),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(None, "person_id"),
)
"""organisation_id: the one that is looked at; None for a person who belongs to none."""
