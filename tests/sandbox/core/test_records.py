"""The record store of one company."""

import threading

from sandbox.core.records import RecordStore


def test_records_keep_their_place_and_every_write_is_logged() -> None:
    store = RecordStore()
    store.put("Invoice", "1", {"total": 10})
    store.put("Invoice", "2", {"total": 20})
    store.put("Invoice", "1", {"total": 11})
    store.note("Invoice", "2", "voided")
    assert [record["total"] for record in store.all("Invoice")] == [11, 20]
    assert [(change.sequence, change.id, change.operation) for change in store.changes()] == [
        (1, "1", "created"),
        (2, "2", "created"),
        (3, "1", "updated"),
        (4, "2", "voided"),
    ]
    assert [change.sequence for change in store.changes(after=2)] == [3, 4]


def test_a_removed_record_is_gone_but_its_change_stays() -> None:
    store = RecordStore()
    store.put("Payment", "7", {})
    assert store.remove("Payment", "7") == {}
    assert store.remove("Payment", "7") is None
    assert store.get("Payment", "7") is None
    assert store.count("Payment") == len(store) == 0
    assert [change.operation for change in store.changes(kinds=frozenset({"Payment"}))] == ["created", "deleted"]


def test_writers_on_many_threads_lose_nothing() -> None:
    store = RecordStore()

    def write(worker: int) -> None:
        for number in range(200):
            store.put("Charge", f"{worker}-{number}", {})

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.count("Charge") == 1600
    assert [change.sequence for change in store.changes()] == list(range(1, 1601))
