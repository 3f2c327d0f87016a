"""Every answer says why, what speaks against it, what else was weighed, and what would have made it automatic."""

import re
from pathlib import Path

import reconcile
from reconcile.explain import in_words, sentence
from reconcile.values import Reason
from tests.reconcile.book import HILL, invoice, outcomes, receipt

BOOK = [
    invoice("INV-7301", "411.90"),
    invoice("INV-7302", "411.90", on="01-12"),
    invoice("INV-7303", "88.05"),
    invoice("INV-7304", "88.05", HILL),
    invoice("INV-7305", "520.00"),
]


def test_a_suggestion_names_its_rivals_and_what_is_missing() -> None:
    first = outcomes(BOOK, [receipt("411.90")])["r1"].proposals[0]
    assert first.decision == "suggest"
    assert in_words(first.missing) == "2 answers fit; not certain which"
    assert [one.item_ids for one in first.rivals] == [("id-inv-7302-1",)]
    assert in_words(first.rivals[0].why) == "fits as well"
    assert first.reasons


def test_an_automatic_answer_names_what_it_was_preferred_to() -> None:
    first = outcomes(BOOK, [receipt("88.05", "INV-7303 and 7304", "NORDWIND LOGISTIK GMBH")])["r1"].proposals[0]
    assert first.lines[0].item_id == "id-inv-7303-1"
    assert first.against == (Reason("also_names", ("INV-7304",)),)
    assert first.rivals
    assert first.runner_up == first.rivals[0].item_ids
    assert all(one.why for one in first.rivals)


def test_every_code_of_a_reason_has_its_words() -> None:
    folder = Path(reconcile.__file__).parent
    texts = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'Reason\(\s*"([a-z_0-9]+)"', texts)) | set(re.findall(r'yield "(cut_\w+)"', texts))
    for code in sorted(codes):
        assert sentence(Reason(code, ("120", "EUR")))
