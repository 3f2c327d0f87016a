from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from connectors.decode import Loose, decode_record, drift, mended, peek, unknown_value
from connectors.quickbooks.records import to_records
from connectors.stripe.records import records_of as stripe_records
from connectors.xero.client import Listing
from connectors.xero.feeds import BY_KIND
from connectors.xero.stamped import records_of
from ledger.finding import Severity
from runtime.settings import ROOT


class Thing(Loose):
    id: str = ""
    amount: Decimal | None = None
    status: str | None = None


def test_a_record_by_itself_or_a_finding() -> None:
    assert decode_record(b'{"id":"a"}', Thing, kind="thing", external_id="a") == (Thing(id="a"), ())
    for odd in (b'{"id":"7","amount":{}}', b"[]", b'{"id":"7"', b'{"id":"\xff"}'):
        thing, (finding,) = decode_record(odd, Thing, kind="thing", external_id="7")
        assert thing is None
        assert (finding.code, finding.severity) == ("undecodable", Severity.ERROR)
        assert "thing 7" in finding.sentence


def test_drift_names_the_fields_that_are_new() -> None:
    assert drift(b'{"id":"a","zip":1,"new":{}}', Thing) == ("new", "zip")
    assert drift(b"nonsense", Thing) == ()


def test_peek_reads_one_field_of_an_odd_record() -> None:
    assert peek(b'{"id":"a","n":5,"t":true}', "id") == "a"
    assert peek(b'{"n":5}', "n") == "5"
    assert peek(b'{"t":true}', "t") is None
    assert peek(b"[", "id") is None


def test_an_unknown_value_is_a_note() -> None:
    finding = unknown_value("invoice", "in_1", "status", "paused")
    assert (finding.code, finding.severity, finding.field) == ("unknown_status", Severity.NOTE, "status")


_TOGETHER = """
import sys, threading
import msgspec
from connectors.decode import learn_shapes
sys.setswitchinterval(1e-6)
raw = b'{"f1":{"g1":"a"},"f2":[{"g2":"b"}]}'
for _ in range(150):
    inner = msgspec.defstruct("Inner", [(f"g{i}", str | None, None) for i in range(40)])
    outer = msgspec.defstruct("Outer", [(f"f{i}", inner | list[inner] | None, None) for i in range(20)])
    learn_shapes()
    start = threading.Barrier(8)
    def read():
        start.wait()
        msgspec.json.decode(raw, type=outer)
    threads = [threading.Thread(target=read) for _ in range(8)]
    for one in threads: one.start()
    for one in threads: one.join()
"""


def test_threads_may_read_at_once_what_was_learnt() -> None:
    """Without learning, the process dies here within some rounds."""
    done = subprocess.run([sys.executable, "-c", _TOGETHER], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_character_that_no_database_holds_is_told_where_it_is_read() -> None:
    class Memo(Loose):
        Id: str = ""
        Note: str | None = None
        Lines: list[dict[str, str]] = msgspec.field(default_factory=list)

    raw = rb'{"Id": "7", "Note": "a\u0000b", "Lines": [{"Text": "\u0000"}, {"Text": "\u0000"}], "Else": "\u0000"}'
    memo, (finding,) = decode_record(raw, Memo, kind="invoices", external_id="7")
    assert memo is not None
    assert (finding.code, finding.severity, finding.field) == ("character_left_out", Severity.NOTE, "Lines.Text, Note")
    for other in (rb'{"Id": "7", "Else": "\u0000"}', rb'{"Id": "7", "Note": "\\u0000"}'):
        assert decode_record(other, Memo, kind="invoices", external_id="7")[1] == ()


class Named(Loose):
    Id: str = ""
    Name: str | None = None
    Lines: list[dict[str, str]] = msgspec.field(default_factory=list)


def test_half_a_character_is_replaced_and_told_again_from_what_is_kept() -> None:
    raw = (
        rb'{"Id": "7", "Name": "Ltd \ud83c", "Lines": [{"Text": "\uDF00\uD83C\\ud83c"}], "Else": "\udfff\ud83c\udf00"}'
    )
    told = ("half_a_character", Severity.NOTE, "Lines.Text, Name")
    for sent in (raw, mended(raw)):
        named, (finding,) = decode_record(sent, Named, kind="invoices", external_id="7")
        assert named is not None
        assert (named.Name, named.Lines) == ("Ltd \ufffd", [{"Text": "\ufffd\ufffd\\ud83c"}])
        assert (finding.code, finding.severity, finding.field) == told
    assert len(mended(raw)) == len(raw)


@pytest.mark.parametrize(
    "raw",
    [
        rb'{"Id": "7", "Name": "\ud83c\udf00 \\ud83c \\\\ud83c \ufffd"}',
        '{"Id": "7", "Name": "\ufffd \N{CYCLONE}"}'.encode(),
    ],
)
def test_whole_characters_stay_as_they_are(raw: bytes) -> None:
    assert mended(raw) == raw
    assert decode_record(raw, Named, kind="invoices", external_id="7")[1] == ()


def test_half_a_character_where_nothing_is_read_is_not_told() -> None:
    assert decode_record(rb'{"Id": "7", "Else": "\ud83c"}', Named, kind="x", external_id="7") == (Named(Id="7"), ())


def test_half_a_character_beside_a_number_for_a_text() -> None:
    for raw in (rb'{"Id": 7, "Name": "Ltd \ud83c"}', rb'{"Name": "Ltd \ud83c", "Id": 7}'):
        named, findings = decode_record(raw, Named, kind="invoices", external_id="7")
        assert named == Named(Id="7", Name="Ltd \ufffd")
        assert [finding.code for finding in findings] == ["other_form", "half_a_character"]


@pytest.mark.parametrize("raw", [rb'{"Id": "\ud83c"', rb'{"Id": "\ud8zz"}', rb'{"Id": \ud83c}', rb'{"Id": "\x"}'])
def test_what_is_no_json_stays_none(raw: bytes) -> None:
    assert decode_record(raw, Named, kind="x", external_id="7")[0] is None


@pytest.mark.parametrize("own", ["x" * 256, "5\x00", 10**260])
def test_a_record_whose_id_can_be_no_key_is_told_and_the_others_come(own: str | int) -> None:
    at = datetime(2026, 5, 4, tzinfo=UTC)

    def raws(name: str) -> list[bytes]:
        return [json.dumps({name: one}).encode() for one in (own, "y" * 255)]

    feed = BY_KIND["Invoices"]
    listing = Listing(raws=tuple(raws("InvoiceID")), pagination=None, requested_at=at)
    made = stripe_records("charges", raws("id"), at)
    for records, findings in (
        to_records("Invoice", raws("Id"), at),
        records_of(feed, listing, "tenant"),
        (made.records, made.findings),
    ):
        assert [record.external_id for record in records] == ["y" * 255]
        (finding,) = findings
        assert (finding.code, finding.severity) == ("undecodable", Severity.ERROR)
        assert finding.external_id == str(own).replace("\x00", "")[:40]
