"""What stood in an object becomes records of its own, and the object is byte for byte as if it had not been expanded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.stripe.expanded import EXPANDED, expansions, parted

ENTRY = {"id": "txn_1", "object": "balance_transaction", "amount": 7000, "source": "ch_1"}
CHARGE = {
    "id": "ch_1",
    "object": "charge",
    "amount": 7000,
    "balance_transaction": "txn_1",
    "metadata": {"latest_charge": "x"},
}
INTENT = {"id": "pi_1", "object": "payment_intent", "latest_charge": "ch_1", "amount": 7000}
LOOKS: list[dict[str, Any]] = [{"indent": 2}, {"separators": (",", ":")}]


@pytest.mark.parametrize("look", LOOKS)
def test_the_bytes_around_what_stood_there_are_kept(look: dict[str, Any]) -> None:
    charge = {**CHARGE, "balance_transaction": ENTRY}
    raw = json.dumps({**INTENT, "latest_charge": charge}, **look).encode()
    found = dict(parted("payment_intents", raw))
    assert found["payment_intents"] == json.dumps(INTENT, **look).encode()
    assert {kind: json.loads(own) for kind, own in found.items()} == {
        "payment_intents": INTENT, "charges": CHARGE, "balance_transactions": ENTRY,
    }  # fmt: skip


@pytest.mark.parametrize(
    "raw", [json.dumps(CHARGE).encode(), b"{", b'{"id":"ch_1","balance_transaction":{"object":"?"}}', b'{"id":"\xff"}']
)
def test_what_holds_nothing_of_ours_stays_as_it_is(raw: bytes) -> None:
    assert list(parted("charges", raw)) == [("charges", raw)]


def test_a_kind_that_is_never_asked_so_is_left_alone() -> None:
    raw = json.dumps({"id": "in_1", "charge": {"id": "ch_1"}, "balance_transaction": ENTRY}).encode()
    assert list(parted("invoices", raw)) == [("invoices", raw)]


def test_no_more_levels_than_stripe_takes() -> None:
    for kind in EXPANDED:
        assert all(path.count(".") < 4 for _, path in expansions(kind, listed=True))
    assert expansions("charges", listed=True) == [("expand[]", "data.balance_transaction")]
