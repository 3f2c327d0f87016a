"""Bracketed fields."""

from __future__ import annotations

from sandbox.stripe.wire.forms import nested


def test_brackets_become_hashes_and_lists() -> None:
    given = [
        ("a[b]", "1"),
        ("a[c][d]", "2"),
        ("l[0][x]", "3"),
        ("l[1][x]", "4"),
        ("m[]", "5"),
        ("m[]", "6"),
        ("p", "7"),
    ]
    assert nested(given) == {"a": {"b": "1", "c": {"d": "2"}}, "l": [{"x": "3"}, {"x": "4"}], "m": ["5", "6"], "p": "7"}


def test_list_numbers_count_as_numbers() -> None:
    assert nested([(f"t[{number}]", str(number)) for number in range(11)])["t"][10] == "10"


def test_a_later_value_wins_and_a_scalar_gives_way_to_a_hash() -> None:
    assert nested([("a", "1"), ("a", "2")]) == {"a": "2"}
    assert nested([("a", "1"), ("a[b]", "2")]) == {"a": {"b": "2"}}
