"""Records of several kinds by their ids: one batch, what is refused in it by itself, and what did not come is gone."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from connectors.port import Page
from connectors.quickbooks import by_id as ours
from tests.connectors.quickbooks.books import Books, Row, connector, fault, row
from tests.connectors.wire import Answer, Call, serve


class Batched(Books):
    """Answers batches of queries too. without: kinds whose queries get no answer in a batch; closed: it takes none."""

    without: frozenset[str] = frozenset()
    closed = False
    sizes: list[int]

    def script(self, call: Call) -> Answer:
        if not call.path.endswith("/batch"):
            return super().script(call)
        items = json.loads(call.body)["BatchItemRequest"]
        self.sizes.append(len(items))
        if self.closed:
            return fault(400, "1040", "batch too big")
        answers = [self._item(item) for item in reversed(items)]
        return Answer(body=json.dumps({"BatchItemResponse": [one for one in answers if one]}).encode())

    def _item(self, item: Row) -> Row | None:
        if any(f"FROM {kind} " in item["Query"] for kind in self.without):
            return None
        said: Row = json.loads(self._query(item["Query"]).body)
        return {"bId": item["bId"], **{name: said[name] for name in ("QueryResponse", "Fault") if name in said}}


def _books() -> Batched:
    books = Batched(
        rows={
            "Invoice": [row(str(number)) for number in range(1, 4)],
            "Payment": [row("7"), row("8")],
            "Customer": [row("5", Active=False)],
        }
    )
    books.sizes = []
    return books


WANTED = {"Customer": ["5"], "Invoice": ["1", "2/line", "9"], "Payment": ["7"]}


def _came(pages: Sequence[Page]) -> list[tuple[str, str, bool]]:
    return sorted((record.kind, record.external_id, record.deleted) for page in pages for record in page.records)


THERE = [
    ("Customer", "5", False), ("Invoice", "1", False), ("Invoice", "2", False), ("Invoice", "9", True),
    ("Payment", "7", False),
]  # fmt: skip


def test_several_kinds_are_one_call() -> None:
    books = _books()
    with serve(books.script) as server:
        assert _came(list(connector(server.url).read_several(WANTED))) == THERE
        assert len(server.calls) == 1


def test_one_kind_is_a_query() -> None:
    books = _books()
    with serve(books.script) as server:
        list(connector(server.url).read_several({"Payment": ["7", "8"], "ExchangeRate": ["1"], "Nothing": ["1"]}))
        assert [call.path.rpartition("/")[2] for call in server.calls] == ["query"]


@pytest.mark.parametrize("how", ["refused", "without", "closed"])
def test_what_a_batch_leaves_out_is_asked_by_itself(how: str) -> None:
    """An item without an answer is no proof that its records are gone."""
    books = _books()
    if how == "refused":
        books.on_call = lambda call: books.refused.clear() if call.path.endswith("/query") else None
        books.refused.add("Invoice")
    elif how == "without":
        books.without = frozenset({"Invoice"})
    else:
        books.closed = True
    with serve(books.script) as server:
        assert _came(list(connector(server.url).read_several(WANTED))) == THERE
        assert len(server.calls) == {"refused": 2, "without": 2, "closed": 4}[how]


def test_a_batch_is_no_larger_than_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "IDS_A_QUERY", 2)
    monkeypatch.setattr(ours, "OBJECTS_A_BATCH", 5)
    books = _books()
    with serve(books.script) as server:
        pages = list(connector(server.url).read_several({"Invoice": ["1", "2", "3"], "Payment": ["7", "8", "9"]}))
    assert books.sizes == [3]  # two, one and two of six; the sixth is a query
    assert [len(page.records) for page in pages] == [2, 1, 2, 1]
