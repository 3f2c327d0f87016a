"""Ids: time-ordered for our own things, following from the source for pulled ones, short for providers' fields."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.ids import uuid7, write_id
from ledger.source import SourceId, connection_id, pulled_id

BYTES = st.binary(min_size=10, max_size=16)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, BYTES)
def test_an_own_id_is_a_version_7_of_its_millisecond(now: datetime, random_bytes: bytes) -> None:
    made = uuid7(now, random_bytes)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert abs((made.int >> 80) - now.timestamp() * 1000) <= 1


@given(MOMENTS, BYTES, BYTES)
def test_own_ids_sort_by_time(now: datetime, one: bytes, other: bytes) -> None:
    assert uuid7(now, one) < uuid7(now + timedelta(milliseconds=2), other)


@given(BYTES)
def test_a_write_id_fits_every_provider(random_bytes: bytes) -> None:
    made = write_id(random_bytes)
    assert re.fullmatch(r"T[0-9A-HJKMNP-TV-Z]{15}", made)
    assert made == write_id(random_bytes)


def test_write_ids_do_not_repeat() -> None:
    assert len({write_id(secrets.token_bytes(10)) for _ in range(5000)}) == 5000


def test_ids_of_pulled_things_follow_from_their_source() -> None:
    company = connection_id("xero", "tenant-1")
    assert company == connection_id("xero", "tenant-1")
    assert company.version == 5
    others = {
        connection_id("quickbooks", "tenant-1"),
        connection_id("xero", "tenant-2"),
        pulled_id(company, "invoices", "1"),
        pulled_id(company, "invoices", "2"),
        pulled_id(company, "payments", "1"),
    }
    assert len(others | {company}) == 6


def test_a_source_names_its_connection() -> None:
    source = SourceId("quickbooks", "9130", "Invoice", "17")
    assert source.connection == "quickbooks:9130"
