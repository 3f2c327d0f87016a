"""What was chosen for one posting, as a person reads it: no ids, and nothing that only the planner needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from store.database import Connection
from store.queries.screens import posting_detail
from webapp.shown import day

_WORDS: Final = {
    ("same_money", "post"): ("Same money", "it is other money; posted anyway"),
    ("remainder", "leave"): ("Difference", "left open"),
    ("changed", "as_it_is"): ("Invoice", "posted as it stands now"),
}
WHATS: Final = {
    "payout": "Payout", "payout_back": "Payout that came back", "topup": "Money brought to the processor",
    "fees": "Processor's fees", "refund": "Refund", "refund_back": "Refund that came back",
    "charge_failed": "Charge that failed later", "dispute": "Dispute", "reserve": "Reserve",
    "sales": "Sales without an invoice", "deposit": "Customer's deposit", "lost": "Lost dispute",
}  # fmt: skip
"""What a posting of a processor's money is, by `what` in its choices."""


def chosen(connection: Connection, row: Any) -> list[tuple[str, str]]:
    """Name and value of each, in words."""
    choices: Mapping[str, Any] = row.choices or {}
    found = [words for (name, value), words in _WORDS.items() if choices.get(name) == value]
    if choices.get("date"):
        found.append(("Date in the books", day(date.fromisoformat(choices["date"]))))
    found += [(f"Settles the {kind}", number) for kind, number in _credit(connection, row, choices)]
    found += [("Customer", name) for name in _customer(connection, row, choices.get("customer"))]
    for name, words in (("kind", "Rest is"), ("note", "Note"), ("seconded_by", "Second yes")):
        if choices.get(name):
            found.append((words, str(choices[name]).replace("_", " ") if name == "kind" else str(choices[name])))
    return found


def _customer(connection: Connection, row: Any, own: Any) -> list[str]:
    if not own or row.connection_id is None:
        return []
    return [one.name for one in _customers(connection, row, str(own)).values()]


def _customers(connection: Connection, row: Any, own: str) -> Mapping[str, Any]:
    books: UUID = row.connection_id
    return posting_detail.customer_names(connection, row.organisation_id, books, [own])


def _credit(connection: Connection, row: Any, choices: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The credit of the customer that a refund settles, by its number where it has one."""
    own, kind = choices.get("credit"), str(choices.get("credit_kind") or "credit")
    if not own or row.connection_id is None:
        return []
    named = posting_detail.document_names(connection, row.organisation_id, row.connection_id, kind, [str(own)])
    numbers = [str(one.number) for one in named.values() if one.number]
    return [(kind.replace("_", " "), numbers[0] if numbers else "open credit of this customer")]
