"""The policy: versions, what cannot be, two people, and what is decided with nobody looking."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from ledger.faults import BadInput, Conflict, Refused
from ledger.match import MatchState
from reconcile.books import switching
from reconcile.books.batches import accept_many, undo_batch
from reconcile.books.policies import change, choices, followed, parsed, rules_digest
from reconcile.books.proofs import Proof, proofs
from reconcile.policy import Cap, OwnPolicy, Unattended
from store import tenancy
from store.audit import entries, first_broken
from store.database import Database
from store.intake import standing_findings
from store.replays import add_cases, add_replay, change_replay
from store.tables.matching import match_states
from tests.reconcile.books.books import Books, charge, customer, invoice, make_books

TODAY = date(2026, 11, 22)
CAPS = (Cap("GBP", 1_000),)
ON = Unattended(on=True, classes=frozenset({"number"}), caps=CAPS)


@pytest.fixture
def books(database: Database) -> Books:
    made = make_books(database)
    made.put(made.xero, customer("bob"), customer("eve", "Eve & Co", "eve@eve.example"))
    made.put(made.stripe, customer("cus_bob"))
    return made


@pytest.fixture(autouse=True)
def proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two classes proved and none else, whatever ships."""
    shipped = proofs()
    own = {
        code: Proof(code=code, words=one.words, decisions=5_000, wrong=0, upper=0.0006, proved=code in {"number", "numbers"})
        for code, one in shipped.items()
    }  # fmt: skip
    for place in ("reconcile.books.unattended", "reconcile.books.switching", "reconcile.books.drift"):
        monkeypatch.setattr(f"{place}.proofs", lambda: own)


def follow(books: Books, policy: OwnPolicy) -> str:
    with books.database.write() as connection:
        return change(
            connection, books.place.organisation_id, policy, actor="ann@acme.example", note="A test.", now=books.now()
        )


def ready(books: Books, minor: int = 12345, name: str = "ch_1", text: str = "INV-1001") -> Any:
    books.put(books.stripe, charge(name, minor, text=text, payer_name="Bob Ltd"))
    books.settle()
    return books.reconcile()


def test_versions_are_kept_and_decisions_name_theirs(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    own = books.place.organisation_id
    with books.database.read() as connection:
        assert followed(connection, own).version == "1"
    wanted = parsed({"matching": {"oldest_first": True}})
    assert follow(books, wanted) == "2"
    assert follow(books, wanted) == "2"  # nothing differs, nothing is written
    ready(books)
    [match] = books.proposals("ch_1")
    assert (match.policy_version, match.evidence) == ("2", "number")
    assert follow(books, OwnPolicy()) == "3"
    books.deciding().accept(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    assert books.proposals("ch_1", "approved")[0].policy_version == "3"
    with books.database.read() as connection:
        newest = next(row for row in entries(connection, own, limit=9) if row.verb == "policy.change")
        assert newest.detail["before"] == {"matching": {"oldest_first": True}}
        assert newest.detail["after"] == {}
        assert first_broken(connection, own) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"unattended": {"caps": [{"currency": "EURO", "most": 5}]}}, "no currency"),
        ({"unattended": {"caps": [{"currency": "EUR", "most": 0}]}}, "above 0"),
        ({"unattended": {"caps": [{"currency": "EUR", "most": 1}, {"currency": "EUR", "most": 2}]}}, "twice"),
        ({"unattended": {"on": True}}, "cap"),
        ({"unattended": {"onn": True}}, "no rule 'onn'"),
        ({"matching": {"auto_confidence": 0.5}}, "never lowered"),
        ({"matching": {"rounding_minor": 5_000}}, "Rounding"),
        ({"matching": {"rounding_rules": [{"methods": ["cash"], "most": 5_000}]}}, "Rounding"),
        ({"matching": {"fee_share": 3}}, "50 %"),
        ({"else": {}}, "no part"),
    ],
)
def test_what_no_business_means_is_refused(content: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        parsed(content)


def test_choices_are_what_differs(books: Books) -> None:
    policy = OwnPolicy(unattended=ON)
    assert choices(policy)["unattended"]["classes"] == ["number"]
    assert parsed(choices(policy)) == policy
    assert rules_digest(policy.matching) == rules_digest(OwnPolicy().matching)


def test_off_at_first_and_every_match_waits(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    assert ready(books).decided == 0
    assert books.receipt("ch_1").post_status == "none"


def test_what_the_policy_allows_is_accepted_in_its_name_and_undone_as_a_persons(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    version = follow(books, OwnPolicy(unattended=ON))
    assert ready(books).decided == 1
    receipt = books.receipt("ch_1")
    assert (receipt.status, receipt.post_status) == ("matched", "approved")
    [match] = books.proposals("ch_1", "approved")
    assert (match.decided_by, match.policy_version) == ("policy", version)
    books.deciding().undo(match.id, now=books.now())
    assert books.reconcile().decided == 0  # a person has touched it: it is theirs from now on
    assert books.receipt("ch_1").post_status == "none"
    own = books.place.organisation_id
    with books.database.read() as connection:
        standing = followed(connection, own)
        assert standing.policy.unattended.classes == frozenset()  # the drift check
        found = standing_findings(connection, own)
        assert [(row.code, row.field) for row in found] == [("automatic_undone", "number")]
        assert "ch_1" in found[0].sentence
        assert first_broken(connection, own) is None


@pytest.mark.parametrize(
    "unattended",
    [
        msgspec.structs.replace(ON, on=False),
        msgspec.structs.replace(ON, classes=frozenset({"numbers"})),
        msgspec.structs.replace(ON, caps=(Cap("GBP", 100),)),
        msgspec.structs.replace(ON, caps=(Cap("EUR", 1_000),)),
        msgspec.structs.replace(ON, second_above=(Cap("GBP", 100),)),
        msgspec.structs.replace(ON, classes=frozenset({"number_part", "payer_known"})),
    ],
)
def test_what_the_policy_does_not_allow_waits(books: Books, unattended: Unattended) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    follow(books, OwnPolicy(unattended=unattended))
    assert ready(books).decided == 0


def test_a_class_that_lost_its_proof_decides_nothing(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    follow(books, OwnPolicy(unattended=msgspec.structs.replace(ON, classes=frozenset({"number", "payer_known"}))))
    books.put(books.stripe, charge("ch_2", 500, text="thanks", payer_name="Bob Ltd"))
    books.put(books.xero, invoice("INV-1002", 500))
    ready(books)
    assert books.receipt("ch_1").post_status == "approved"
    assert books.receipt("ch_2").post_status == "none"


def test_above_the_sum_two_people_and_never_the_same_one(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    follow(books, OwnPolicy(unattended=Unattended(second_above=(Cap("GBP", 100),))))
    ready(books)
    [match] = books.proposals("ch_1")
    ann, bea = books.deciding(), books.deciding("bea@acme.example")
    seen = books.receipt("ch_1").revision
    assert ann.accept(match.id, seen=seen, now=books.now()) is MatchState.AWAITING
    assert books.receipt("ch_1").post_status == "awaiting"
    assert books.reconcile().changed == 0  # it reserves, and the matcher leaves it alone
    seen = books.receipt("ch_1").revision
    with pytest.raises(Refused, match="second person"):
        ann.accept(match.id, seen=seen, now=books.now())
    with pytest.raises(Conflict):
        bea.accept(match.id, seen=seen - 1, now=books.now())
    assert bea.accept(match.id, seen=seen, now=books.now()) is MatchState.APPROVED
    [done] = books.proposals("ch_1", "approved")
    assert (done.decided_by, done.seconded_by) == ("ann@acme.example", "bea@acme.example")
    assert books.receipt("ch_1").post_status == "approved"


def test_the_first_yes_is_taken_back_or_declined_by_the_second(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    follow(books, OwnPolicy(unattended=Unattended(second_above=(Cap("GBP", 100),))))
    ready(books)
    [match] = books.proposals("ch_1")
    ann, bea = books.deciding(), books.deciding("bea@acme.example")
    ann.accept(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    ann.undo(match.id, now=books.now())
    assert books.receipt("ch_1").post_status == "none"
    bea.accept(match.id, seen=books.receipt("ch_1").revision, now=books.now())  # now bea is the first
    ann.decline(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    receipt = books.receipt("ch_1")
    assert (receipt.status, receipt.post_status) == ("unmatched", "none")


def test_an_undo_brings_back_the_other_answers(books: Books) -> None:
    books.put(books.xero, invoice("A-1001", 7700), invoice("A-1002", 7700))
    ready(books, minor=7700, text="from Bob")
    before = [(row.rank, tuple(books.lines(row.id))) for row in books.proposals("ch_1")]
    assert len(before) == 2
    first = books.proposals("ch_1")[0]
    books.deciding().accept(first.id, seen=books.receipt("ch_1").revision, now=books.now())
    assert books.proposals("ch_1") == []
    books.deciding().undo(first.id, now=books.now())
    assert [(row.rank, tuple(books.lines(row.id))) for row in books.proposals("ch_1")] == before


def test_a_batch_is_one_entry_and_one_undo(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 1000), invoice("INV-1002", 2000))
    ready(books, 1000)
    ready(books, 2000, "ch_2", "INV-1002")
    chosen = [(books.proposals(name)[0].id, books.receipt(name).revision) for name in ("ch_1", "ch_2")]
    batch = accept_many(books.deciding(), chosen, now=books.now())
    assert len(batch.approved) == 2
    assert undo_batch(books.deciding(), batch.id, now=books.now()) == (2, 0)
    assert {books.receipt(name).post_status for name in ("ch_1", "ch_2")} == {"none"}
    own = books.place.organisation_id
    with books.database.read() as connection:
        verbs = [row.verb for row in entries(connection, own, limit=2)]
        assert verbs == ["match.undo_many", "match.accept_many"]
        assert first_broken(connection, own) is None
        states = connection.execute(select(match_states.c.state)).scalars().all()
    assert states.count("approved") == 2


def replayed(books: Books, *verdicts: tuple[str, str, int], until: date = TODAY - timedelta(days=1)) -> None:
    """A replay that found so many of a class and verdict."""
    own, now = books.place.organisation_id, books.now()
    case: dict[str, Any] = {
        "receipt_id": None, "connection_id": books.xero.connection_id, "external_id": "x", "received_on": until, "currency": "GBP", "amount_minor": 1,
        "payer_name": None, "reference": None, "confidence": 1.0, "answer": [], "truth": [], "said_by": "the books",
        "reasons": [],
    }  # fmt: skip
    cases = [{**case, "evidence": code, "verdict": verdict} for code, verdict, n in verdicts for _ in range(n)]
    with books.database.write() as connection:
        own_id = tenancy.new_id(now)
        add_replay(connection, own, own_id, since=until - timedelta(days=89), until=until, by="ann", now=now)
        digest = rules_digest(followed(connection, own).policy.matching)
        change_replay(connection, own, own_id, state="done", rules_digest=digest, ended_at=now)
        add_cases(connection, own, own_id, cases)


def switch(books: Books, code: str = "number", *, on: bool = True) -> str:
    with books.database.write() as connection:
        return switching.switch_class(
            connection, books.place.organisation_id, code, on=on, actor="ann", today=TODAY, now=books.now()
        )


def test_a_class_is_switched_on_by_proof_and_replay_alone(books: Books) -> None:
    with pytest.raises(Refused, match="Replay the last 90 days first"):
        switch(books)
    replayed(books, ("number", "agreed", 29))
    with pytest.raises(Refused, match="Only 29"):
        switch(books)
    replayed(books, ("number", "agreed", 40), ("numbers", "wrong", 1), ("numbers", "agreed", 40))
    with pytest.raises(Refused, match="1 of 41"):
        switch(books, "numbers")
    with pytest.raises(Refused, match="Not proved"):
        switch(books, "payer_known")
    replayed(books, ("number", "agreed", 40), until=TODAY - timedelta(days=20))
    with pytest.raises(Refused, match="older than"):
        switch(books)
    replayed(books, ("number", "agreed", 30))
    switch(books)
    with books.database.write() as connection:
        own = books.place.organisation_id
        with pytest.raises(BadInput, match="cap"):
            switching.switch_all(connection, own, on=True, actor="ann", today=TODAY, now=books.now())


def test_other_rules_switch_it_off_until_they_are_replayed(books: Books) -> None:
    own = books.place.organisation_id
    replayed(books, ("number", "agreed", 30))
    switch(books)

    def apply(policy: OwnPolicy) -> None:
        with books.database.write() as connection:
            switching.apply(connection, own, policy, actor="ann", note="x", today=TODAY, now=books.now())

    with books.database.read() as connection:
        standing = followed(connection, own).policy
    apply(msgspec.structs.replace(standing, unattended=ON))
    wider = msgspec.structs.replace(standing.matching, rounding_minor=9)
    apply(OwnPolicy(matching=wider, unattended=ON))
    with books.database.read() as connection:
        assert not followed(connection, own).policy.unattended.on
    with pytest.raises(Refused, match="rules were changed"):
        apply(OwnPolicy(matching=wider, unattended=ON))


def test_nothing_crosses_organisations(books: Books, database: Database) -> None:
    other = make_books(database, "Other")
    follow(books, OwnPolicy(unattended=ON))
    replayed(books, ("number", "agreed", 30))
    with database.read() as connection:
        own = other.place.organisation_id
        assert followed(connection, own).version == "1"
        assert switching.switches(connection, own, TODAY).replay is None
    with pytest.raises(Refused):
        switch(other)
    assert switching.DAYS == 90
