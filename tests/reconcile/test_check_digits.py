"""References that prove themselves, against references worked out by hand."""

import pytest

from reconcile.check_digits import is_finnish, is_kid, proves_itself


@pytest.mark.parametrize(
    ("digits", "valid"),
    [("1232", True), ("1233", False), ("123", False), ("12A2", False), ("13", False), ("6174354", True)],
)
def test_the_finnish_reference(digits: str, valid: bool) -> None:
    assert is_finnish(digits) is valid


@pytest.mark.parametrize(
    ("reference", "valid"),
    [
        ("2345676", True),
        ("2345677", False),
        ("1234567890123", False),
        ("1234567897", True),
        ("00000000000000000000000000", False),
    ],
)
def test_the_norwegian_kid(reference: str, valid: bool) -> None:
    assert is_kid(reference) is valid


@pytest.mark.parametrize(
    ("reference", "proven"),
    [
        ("RF18539007547034", True),
        ("RF19539007547034", False),
        ("210000000003139471430009017", True),
        ("210000000003139471430009018", False),
        ("090933755493", True),
        ("090933755494", False),
        ("INV1001", False),
    ],
)
def test_what_proves_itself(reference: str, proven: bool) -> None:
    assert proves_itself(reference) is proven
