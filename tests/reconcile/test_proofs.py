"""The file that ships: every class stands in it, and its bounds are what its counts say."""

from pathlib import Path

import msgspec
import pytest

from reconcile.bounds import interval, upper_bound
from reconcile.classes import EvidenceClass
from reconcile.proofs import PROVED_UNDER, Proof, proofs, read_proofs


def test_the_file_that_ships_has_exactly_the_classes_there_are() -> None:
    assert set(proofs()) == {one.value for one in EvidenceClass}


@pytest.mark.parametrize("code", [one.value for one in EvidenceClass])
def test_its_bounds_follow_from_its_counts(code: str) -> None:
    proof = proofs()[code]
    assert proof.upper == pytest.approx(upper_bound(proof.wrong, proof.n), abs=1e-9)
    assert proof.upper_two_sided == pytest.approx(interval(proof.wrong, proof.n)[1], abs=1e-9)
    assert proof.proved == (proof.upper < PROVED_UNDER)


def test_what_nobody_may_take_is_never_proved() -> None:
    assert not proofs()[EvidenceClass.AMOUNT].proved
    assert not proofs()[EvidenceClass.OLDEST_FIRST].proved


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "proved.json"
    path.write_text('{"classes": {"number": {"n": 3}}}', encoding="utf-8")
    with pytest.raises(msgspec.ValidationError, match="wrong"):
        read_proofs(path)


def test_nothing_is_proved_by_nothing() -> None:
    assert not Proof(0, 0, 1.0, 1.0).proved
