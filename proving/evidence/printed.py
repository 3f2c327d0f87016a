"""The evidence pack on paper: what a reader needs in order; the JSON has every byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from ledger.money import Money
from proving.evidence.gather import canonical
from proving.paper import Paper

ISSUED = ("number", "issued_on", "due_on", "customer_external_id", "status", "reference")
SENT_LETTERS = 1_200


def printed(pack: Mapping[str, Any]) -> bytes:
    receipt = pack["receipt"]
    digest = hashlib.sha256(canonical(pack)).hexdigest()
    paper = Paper(
        f"Evidence: {_amount(receipt['amount'])} received {receipt['received_on']}",
        f"Tieout evidence pack of receipt {receipt['id']}. SHA-256 of the JSON: {digest}",
    )
    paper.say(
        f"Made at {pack['made_at']}. Status: {receipt['status'].replace('_', ' ')}; in the books: {receipt['post_status']}.",
        quiet=True,
    )
    _facts(paper, "What came", {
        "Payer": receipt["payer_name"], "Reference": receipt["reference"], "Method": receipt["method"], "Source": receipt["source"],
        "Id": receipt["external_id"], "Payout": receipt["payout_external_id"],
    })  # fmt: skip
    paper.table(
        ("Seen as", "Record", "Day", "Amount", "Why it is this receipt"),
        [(one["kind"], one["external_id"], one["seen_on"], _amount(one["amount"]), one["reason"]) for one in pack["seen_as"]],
        (1.4, 3, 1.4, 1.8, 3), right=(3,),
    )  # fmt: skip
    _unreadable(paper, [one["record"] for one in pack["seen_as"]])
    decided = [one for one in pack["decisions"] if one["state"] not in ("proposed", "declined")] or pack["decisions"][
        :1
    ]
    for one in decided:
        _decision(paper, one)
    for one in pack["postings"]:
        _posting(paper, one)
    _log(paper, pack["audit"])
    return paper.bytes()


def _unreadable(paper: Paper, records: Iterable[Mapping[str, Any] | None]) -> None:
    for record in records:
        if record is not None and "unreadable" in record:
            paper.say(record["unreadable"])


def _decision(paper: Paper, one: Mapping[str, Any]) -> None:
    paper.heading(f"Decision: {one['state']}")
    by = one["decided_by"] or "nobody yet"
    second = f", seconded by {one['seconded_by']} at {one['seconded_at']}" if one["seconded_by"] else ""
    paper.say(f"Decided by {by} at {one['decided_at']}{second}, under matching policy version {one['policy_version']}.")
    paper.say(one["reason"])
    for line in one["lines"]:
        document = line["document"]
        issued = (document or {}).get("as_issued")
        values = {} if issued is None else issued["values"]
        facts = {name.replace("_", " ").capitalize(): values.get(name) for name in ISSUED}
        _unreadable(paper, [(document or {}).get("record")])
        _facts(
            paper,
            f"Pays {_amount(line['applied'])} of {values.get('number') or line['document_id']}, as first known",
            facts,
        )
    paper.table(
        ("State", "By", "At", "Why"),
        [(one_["state"], one_["by"], one_["at"], one_["reason"]) for one_ in one["states"]],
        (1.2, 2.4, 2.4, 5),
    )


def _posting(paper: Paper, one: Mapping[str, Any]) -> None:
    paper.heading(f"Posting: {one['state'].replace('_', ' ')}, {_amount(one['amount'])} dated {one['dated_on']}")
    paper.say(f"Approved by {one['approved_by']}; posting rules version {one['rules_version'] or 'none'}.")
    if one["reason"]:
        paper.say(f"{one['reason']} {one['remedy'] or ''}")
    for entry in one["entries"]:
        stands = (
            f"{entry['record_kind']} {entry['external_id']}, version {entry['provider_version']}"
            if entry["external_id"]
            else "nothing is known to stand"
        )
        _facts(paper, f"Entry {entry['write_id']}: {entry['state']}", {
            "Stands as": stands, "Dated": entry["dated_on"], "Account": entry["account_name"] or entry["account_external_id"], "Posted at": entry["posted_at"],
            "Read back": None if not entry["read_back"] else _flat(entry["read_back"]),
        })  # fmt: skip
        for call in entry["calls"]:
            _facts(paper, f"Call {call['method']} {call['path']} ({call['purpose']})", {
                "Key": call["key"], "Sent": f"{call['sent_at'] or 'not yet'}, {call['sends']} time(s)", "Settled": call["settled_at"],
                "Answer": " ".join(str(part) for part in (call["result"], call["code"], call["sentence"]) if part),
                "Bytes": call["sent"][:SENT_LETTERS], "SHA-256 of all bytes": call["sent_sha256"],
                "Together with": f"{call['sent_with']} others, left out here" if call["sent_with"] else None,
            })  # fmt: skip
    paper.table(
        ("State", "By", "At", "Why"),
        [(state["state"], state["by"], state["at"], state["reason"]) for state in one["states"]],
        (1.2, 2.4, 2.4, 5),
    )


def _log(paper: Paper, log: Mapping[str, Any]) -> None:
    paper.heading("Audit log")
    whole = "is whole" if log["first_broken"] is None else f"does not fit from entry {log['first_broken']} on"
    paper.say(f"The chain of {log['length']} entries {whole}.")
    paper.table(
        ("Entry", "At", "By", "What", "Hash"),
        [
            (str(one["sequence"]), one["at"], one["actor"], one["summary"] or one["verb"], one["hash"][:16])
            for one in log["entries"]
        ],
        (0.8, 2.4, 2, 4.4, 1.8),
    )


def _facts(paper: Paper, title: str, facts: Mapping[str, Any]) -> None:
    rows = [(name, str(value)) for name, value in facts.items() if value not in (None, "")]
    paper.table((title, ""), rows, (1.6, 8))


def _flat(content: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} {_said(value)}" for name, value in content.items() if value not in (None, "", [], False))


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        if {"minor", "currency"} <= set(value):
            return str(Money(int(value["minor"]), str(value["currency"])))
        return " ".join(str(part) for part in value.values())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_said(part) for part in value)
    return str(value)


def _amount(money: Mapping[str, str] | None) -> str:
    return "" if money is None else f"{money['currency']} {money['amount']}"
