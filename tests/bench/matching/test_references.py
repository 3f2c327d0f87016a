"""Check digits against published examples and an independent library."""

from random import Random

import pytest
from stdnum import iso11649, luhn
from stdnum.be import ogm_vcs
from stdnum.ch import esr

from bench.matching import references


@pytest.mark.parametrize("serial", [1, 10_001, 999_999, 1_234_567])
def test_references_are_valid(serial: int) -> None:
    rng = Random(serial)
    assert iso11649.is_valid(references.creditor(serial, rng))
    assert esr.is_valid(references.swiss(serial, rng))
    assert ogm_vcs.is_valid(references.belgian(serial, rng).replace("+", "").replace("/", ""))
    assert luhn.is_valid(references.swedish(serial, rng))


def test_finnish_example() -> None:
    assert references.finnish(1234561, Random(1)) == "12345614"


def test_norwegian_is_luhn_or_modulo_eleven() -> None:
    made = {references.norwegian(serial, Random(serial)) for serial in range(10_000, 10_060)}
    assert any(luhn.is_valid(one) for one in made)
    assert any(not luhn.is_valid(one) for one in made)


def test_as_paid_keeps_the_digits() -> None:
    rng = Random(4)
    for name, maker in references.MAKERS.items():
        reference = maker(54_321, rng)
        digits = "".join(filter(str.isdigit, reference))
        assert all(digits in "".join(filter(str.isdigit, references.as_paid(reference, rng))) for _ in range(20)), name
