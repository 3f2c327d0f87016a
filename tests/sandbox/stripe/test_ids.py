"""Identifiers."""

from __future__ import annotations

import re

from sandbox.stripe.ids import IdMaker, kind_of


def test_ids_look_like_stripes() -> None:
    ids = IdMaker(1)
    assert re.fullmatch(r"cus_[A-Za-z0-9]{14}", ids.new("cus", 1_700_000_000))
    assert re.fullmatch(r"in_1[A-Za-z0-9]{23,24}", ids.new("in", 1_700_000_000))
    assert re.fullmatch(r"acct_1[A-Za-z0-9]{15}", ids.account())


def test_one_seed_gives_the_same_ids_again() -> None:
    first, second, other = IdMaker(5), IdMaker(5), IdMaker(6)
    made = [first.new("ch", 1) for _ in range(3)]
    assert made == [second.new("ch", 1) for _ in range(3)]
    assert made[0] != other.new("ch", 1)


def test_a_prefix_names_its_kind() -> None:
    assert kind_of("py_3abc") == "charges"
    assert kind_of("cbtxn_1abc") == "customer_balance_transactions"
    assert kind_of("zz_1") is None
    assert kind_of("charge") is None
