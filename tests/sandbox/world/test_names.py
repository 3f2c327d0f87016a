"""Invented customers."""

import random

from sandbox.world import names


def test_names_differ_and_nobody_can_own_their_addresses() -> None:
    made = names.companies(random.Random(1), 1_500, "USD")
    assert len({name.name for name in made}) == len({name.email for name in made}) == 1_500
    assert all(name.email.endswith(".example") for name in made)


def test_a_damaged_name_is_another_but_keeps_a_word() -> None:
    chance = random.Random(2)
    damaged = {names.damaged("Möbelhaus Krüger GmbH", chance) for _ in range(40)}
    assert len(damaged) >= 3
    assert "Möbelhaus Krüger GmbH" not in damaged
    assert all("krug" in name.lower() for name in damaged)
