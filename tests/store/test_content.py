"""The fast way to columns gives what the plain one defines, for every noun and any value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.customer import Customer
from ledger.invoice import Invoice
from ledger.money import Money
from store.content import content_of, fingerprint
from store.tables.pulled import NOUNS, Noun
from store.values import digest, to_row
from tests.store.strategies import values_of


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
@settings(max_examples=40)
@given(data=st.data())
def test_columns_digest_and_body_are_those_of_the_row(noun: Noun, data: st.DataObject) -> None:
    value = data.draw(values_of(noun.value))
    content, row = content_of(noun.name), to_row(value)
    made = content.make(value)
    found = dict(zip(content.names, made.columns, strict=True))
    for name, wanted in row.items():
        assert (json.loads(found[name]) if isinstance(wanted, list) else found[name]) == wanted, name
    assert set(found) == set(row)
    assert fingerprint(made.body) == digest(row)


def test_amounts_of_one_column_share_a_currency() -> None:
    amount, other = Money(1, "GBP"), Money(1, "USD")
    invoice = Invoice(
        external_id="1", number=None, customer_external_id=None, issued_on=None, due_on=None, total=amount,
        tax_total=other, open_amount=amount, status="open",
    )  # fmt: skip
    with pytest.raises(ValueError, match="tax_total is in USD"):
        content_of("invoices").make(invoice)


def test_a_customer_may_be_owed_in_another_currency() -> None:
    customer = Customer(external_id="1", name="Bob\x00", currency="USD", balance=Money(500, "GBP"))
    content = content_of("customers")
    made = content.make(customer).columns
    assert (made[content.at["currency"]], made[content.at["balance_currency"]]) == ("USD", "GBP")
    assert made[content.at["name"]] == "Bob"
