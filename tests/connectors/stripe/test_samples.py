from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.stripe.mapping import map_record
from connectors.stripe.samples import sample_records
from ledger.faults import BadInput
from tests.connectors.stripe.shop import CONTEXT


def test_each_kind_that_we_read_is_taken_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "fixtures3.json"
    resources = {
        "customer": {"id": "cus_1", "created": 1, "name": "A"},
        "invoice_payment": {"id": "inpay_1", "created": 1, "currency": "currency", "invoice": "in_1", "status": "open"},
        "balance_transaction": {"id": "txn_1", "created": 1, "currency": "usd", "reporting_category": "charge"},
        "terminal.reader": {"id": "tmr_1"},
    }
    file.write_text(json.dumps({"resources": resources}))
    records = list(sample_records(file))
    assert [record.kind for record in records] == [
        "customers",
        "invoice_payments",
        "balance_transactions",
        "payout_items",
    ]
    assert all(map_record(record, CONTEXT).values for record in records)


def test_a_file_of_another_kind_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        list(sample_records(tmp_path / "none.json"))
    (tmp_path / "other.json").write_text("[]")
    with pytest.raises(BadInput):
        list(sample_records(tmp_path / "other.json"))
