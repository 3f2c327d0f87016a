"""What the policy's switches change."""

import re
from pathlib import Path

import reconcile
from reconcile.engine import Matcher, match
from reconcile.explain import _WORDS, in_words
from reconcile.index import Index
from reconcile.policy import DEFAULT, Policy
from reconcile.rates import Rates
from tests.reconcile.book import CUSTOMERS, NORD, invoice, outcomes, paid, receipt

TWINS = [invoice("INV-8102", "640.00", on="01-15"), invoice("INV-8101", "640.00", on="01-20")]


def test_a_cap_keeps_large_amounts_for_a_person() -> None:
    book = [invoice("INV-9001", "5200.10")]
    assert paid(outcomes(book, [receipt("5200.10", "INV-9001")], policy=Policy(unattended_max=5000))["r1"]) == []
    assert paid(outcomes(book, [receipt("5200.10", "INV-9001")], policy=Policy(unattended_max=6000))["r1"]) == [
        "id-inv-9001-1"
    ]


def test_oldest_first_is_opted_in_and_says_so() -> None:
    assert paid(outcomes(TWINS, [receipt("640.00")])["r1"]) == []
    outcome = outcomes(TWINS, [receipt("640.00")], policy=Policy(oldest_first=True))["r1"]
    assert paid(outcome) == ["id-inv-8102-1"]
    assert "by your policy" in in_words(outcome.reasons)


def test_at_most_five_proposals() -> None:
    many = [invoice(f"INV-{n}", "640.00") for n in range(8100, 8110)]
    assert len(outcomes(many, [receipt("640.00")])["r1"].proposals) == DEFAULT.proposals_max


def test_nothing_in_nothing_out() -> None:
    assert match((), ()).outcomes == ()
    assert outcomes([], [receipt("1.00")])["r1"].status == "unmatched"


def test_a_warm_index_adds_and_removes() -> None:
    index = Index.build([invoice("INV-1", "5.00")], [NORD], ())
    slot = index.add_item(invoice("INV-20002", "7.00", on="01-01"))
    assert [one.item.number for one in index.of_customer(NORD.id, "EUR")] == ["INV-20002", "INV-1"]
    assert index.references.find("INV20002") == [(slot, 5)]
    index.remove_item(slot.item.id)
    assert index.references.find("INV20002") is None
    assert index.with_amount("EUR", 700) == []
    assert index.open_count("EUR") == 1


def test_every_reason_has_words() -> None:
    """Codes are written as `Reason("code"` or as a difference's or a cut's note; each has a sentence."""
    package = Path(reconcile.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(package.glob("*.py")))
    codes = set(re.findall(r'Reason\(\s*"(\w+)"', source)) | set(re.findall(r'yield "(cut_\w+)"', source))
    codes |= set(re.findall(r'Difference\("\w+", [^"]*"(\w+)"\)', source))
    codes |= {f"payer_{ground}" for ground in re.findall(r'PayerHit\([^)]*?"(\w+)"', source)}
    assert len(codes) > 50
    assert codes - set(_WORDS) == set()


def test_a_warm_matcher_answers_for_the_receipts_of_each_run() -> None:
    matcher = Matcher(
        Index.build([invoice("INV-9101", "31.07"), invoice("INV-9102", "48.99")], CUSTOMERS, ()), Rates((), 7), DEFAULT
    )
    first = matcher.run([receipt("31.07", "INV-9101", receipt_id="a")])
    second = matcher.run(
        [receipt("48.99", "INV-9102", receipt_id="b"), receipt("31.07", "INV-9101", receipt_id="c", on="02-09")]
    )
    assert [(outcome.receipt_id, outcome.status) for outcome in first.outcomes] == [("a", "matched")]
    assert [(outcome.receipt_id, outcome.status) for outcome in second.outcomes] == [
        ("b", "matched"),
        ("c", "duplicate"),
    ]
