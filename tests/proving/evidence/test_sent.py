"""Of a batch only the entry's own part is shown, with the digest of all the bytes; what is no batch stays as it went out."""

from __future__ import annotations

import hashlib
import json

from proving.evidence.sent import sent


def test_of_a_batch_only_its_own_part_is_shown() -> None:
    raw = json.dumps(
        {"Payments": [{"Reference": "T1", "Amount": 5}, {"Reference": "T2", "Amount": 7}], "x": 1}
    ).encode()
    told = sent(raw, "T2")
    assert json.loads(told["sent"]) == {"Payments": [{"Reference": "T2", "Amount": 7}], "x": 1}
    assert (told["sent_with"], told["sent_sha256"]) == (1, hashlib.sha256(raw).hexdigest())
    assert json.loads(sent(json.dumps([{"a": "T1"}, {"a": "T2"}, {"a": "T3"}]).encode(), "T1")["sent"]) == [{"a": "T1"}]


def test_one_record_stays_whole_and_so_does_a_batch_without_the_marker() -> None:
    for raw in (
        b'{"PrivateNote": "T1", "Line": [{"Amount": 5}, {"Amount": 7}]}',
        b'{"Payments": [{"Amount": 5}, {"Amount": 7}]}', b"<xml/>", b"amount=5",
    ):  # fmt: skip
        told = sent(raw, "T1")
        assert (told["sent"], told["sent_with"]) == (raw.decode(), 0)
    assert sent(b"\xff\x00", "T1")["sent"] == "/wA="
