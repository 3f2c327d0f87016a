"""Webhooks arrive: in order or not, once or more often, late or never."""

from __future__ import annotations

from typing import Any

import msgspec

from ledger.faults import Fault
from simulation.mailbag import Letter
from simulation.steps.kinds import Kind, Scene

TRIES = 4  # then the provider gives up


def deliver(scene: Scene) -> str:
    """Some of those that wait, as a provider with a busy queue sends them."""
    letters = scene.world.bag.letters
    count = min(len(letters), scene.chance.choice((1, 3, 8, 30)))
    chosen = letters[:count] if scene.chance.random() < 0.7 else scene.chance.sample(letters, count)
    taken = sum(_hand_in(scene, letter) for letter in chosen)
    return f"{taken} taken of {count}"


def lose(scene: Scene) -> str:
    """They are never sent."""
    letter = scene.pick(scene.world.bag.letters)
    scene.world.bag.letters.remove(letter)
    return f"one of {letter.provider}"


def _hand_in(scene: Scene, letter: Letter) -> bool:
    letter.tries += 1
    try:
        _receive(scene, letter)
    except Fault:
        _sender(scene, letter).came(letter, taken=False)
        if letter.tries >= TRIES:
            scene.world.bag.letters.remove(letter)
        return False
    _sender(scene, letter).came(letter, taken=True)
    scene.acknowledged.extend(_event_ids(letter))
    if scene.chance.random() > 0.1:  # else it comes again: the answer did not reach the provider in time
        scene.world.bag.letters.remove(letter)
    return True


def _receive(scene: Scene, letter: Letter) -> None:
    scene.office.power.boundary("a webhook at the door")
    own = scene.stripe_row if letter.provider == "stripe" else None
    scene.office.receiving.receive(letter.provider, letter.body, letter.headers(), own)
    scene.office.power.boundary("before the answer to a webhook")


def _sender(scene: Scene, letter: Letter) -> Any:
    stand = scene.world.stripe if letter.provider == "stripe" else scene.world.books
    return stand.webhooks


def _event_ids(letter: Letter) -> list[str]:
    """As the provider names them; the inbox keeps them with whose they are."""
    told: Any = msgspec.json.decode(letter.body)
    if letter.provider == "stripe":
        return [str(told["id"])]
    if letter.provider == "quickbooks" and isinstance(told, list):
        return [str(event["id"]) for event in told]
    return []


KINDS = (
    Kind(name="webhooks arrive", act=deliver, weight=9, ours=True, boundaries=5),
    Kind(name="a webhook is lost", act=lose, weight=1.5),
)
