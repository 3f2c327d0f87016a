"""A value becomes a row and the row the same value, on both databases; its version's body too."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from ledger.account import Account
from ledger.customer import Customer
from ledger.invoice import Invoice, InvoiceLine
from ledger.money import Money
from store.database import Database
from store.shapes import COMMON
from store.tables.pulled import NOUNS, Noun
from store.values import digest, from_body, from_row, to_row, version_body
from tests.store.place import NOW
from tests.store.strategies import values_of

_HEAD = {
    "organisation_id": UUID(int=1), "id": UUID(int=2), "connection_id": UUID(int=3), "record_kind": "k", "record_id": "r",
    "revision": 1, "digest": "d", "gone_at": None, "recorded_at": NOW,
}  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6)
@given(data=st.data())
def test_every_noun_comes_back_as_it_was(noun: Noun, database: Database, data: st.DataObject) -> None:
    value = data.draw(values_of(noun.value))
    row = to_row(value)
    with database.write() as connection:
        connection.execute(delete(noun.table))
        connection.execute(insert(noun.table).values(**_HEAD, **row))
        stored = connection.execute(select(noun.table)).one()
    again = from_row(noun.value, stored._asdict())
    assert again == value
    assert digest(to_row(again)) == digest(row)
    assert from_body(noun.value, json.loads(json.dumps(version_body(row)))) == value


def test_each_column_of_a_noun_is_written() -> None:
    for noun in NOUNS:
        wanted = {column.name for column in noun.table.columns} - set(COMMON)
        assert set(to_row(_any(noun.value))) == wanted, noun.name


def _any(value: type[Any]) -> Any:
    """The first that is drawn: each names the same columns, so none has to be made smaller."""
    return find(values_of(value), lambda _: True, settings=settings(phases=[Phase.generate], database=None))


def test_a_rate_keeps_all_its_digits(database: Database) -> None:
    rate = Decimal("0.0066666666666666666666667")
    noun = next(noun for noun in NOUNS if noun.value is Invoice)
    with database.write() as connection:
        connection.execute(insert(noun.table).values(**_HEAD, **to_row(_invoice(exchange_rate=rate))))
        assert connection.execute(select(noun.table.c.exchange_rate)).scalar_one() == rate


def test_an_amount_as_large_as_a_column_stands(database: Database) -> None:
    noun = next(noun for noun in NOUNS if noun.value is Invoice)
    row = to_row(_invoice(total=Money(2**63 - 1, "GBP")))
    with database.write() as connection:
        connection.execute(insert(noun.table).values(**_HEAD, **row))
        assert connection.execute(select(noun.table.c.total_minor)).scalar_one() == 2**63 - 1


def test_a_character_that_a_database_refuses_does_not_cost_the_page(database: Database) -> None:
    noun = next(noun for noun in NOUNS if noun.value is Invoice)
    line = InvoiceLine(position=1, description="a\x00b", amount=Money(1, "GBP"))
    with database.write() as connection:
        row = to_row(_invoice(memo="one\x00two", lines=(line,), hints=("in_\x00",)))
        connection.execute(insert(noun.table).values(**_HEAD, **row))
        stored = from_row(Invoice, connection.execute(select(noun.table)).one()._asdict())
    assert (stored.memo, stored.lines[0].description, stored.hints) == ("onetwo", "ab", ("in_",))


def test_amounts_of_one_column_share_a_currency() -> None:
    with pytest.raises(ValueError, match="tax_total is in USD"):
        to_row(_invoice(tax_total=Money(1, "USD")))


def test_a_balance_may_be_in_another_currency_than_the_account() -> None:
    customer = Customer(external_id="1", name="Bob", currency="USD", balance=Money(500, "GBP"))
    account = Account(external_id="1", name="AR", kind="receivable", provider_type="x", balance=Money(500, "GBP"))
    for value in (customer, account):
        assert from_row(type(value), {**_HEAD, **to_row(value)}) == value


def test_the_fingerprint_is_of_content_alone() -> None:
    row = to_row(_invoice())
    assert digest(row) == digest({**row, "updated_at": NOW})
    assert digest(row) != digest({**row, "open_amount_minor": 1})
    assert digest(to_row(_invoice(exchange_rate=Decimal("1.10")))) == digest(
        to_row(_invoice(exchange_rate=Decimal("1.1")))
    )


def _invoice(**changed: Any) -> Invoice:
    zero = Money(0, "GBP")
    content: dict[str, Any] = {
        "external_id": "1", "number": "INV-1", "customer_external_id": "c", "issued_on": date(2026, 1, 1), "due_on": None,
        "total": zero, "tax_total": zero, "open_amount": zero, "status": "open",
    }  # fmt: skip
    return Invoice(**{**content, **changed})
