"""Webhooks on their way: a stand-in hands them over, and the run delivers them when it likes, in any order, or never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sandbox.core.webhooks import Delivery, Receiver, Sender, Signer


@dataclass(slots=True)
class Letter:
    """One webhook. Signed when it is sent, and not when it is written."""

    provider: str
    body: bytes
    sign: Signer
    secret: str
    tries: int = 0

    def headers(self) -> Mapping[str, str]:
        signed = self.sign(self.body, self.secret)
        return {name.lower(): value for name, value in signed.items()}


@dataclass(slots=True)
class Mailbag:
    """The letters of all stand-ins that nobody has taken yet, oldest first."""

    letters: list[Letter] = field(default_factory=list)

    def of(self, provider: str) -> _Collecting:
        """A sender for one stand-in, which sends nothing."""
        return _Collecting(self, provider)


class _Collecting(Sender):
    def __init__(self, bag: Mailbag, provider: str) -> None:
        super().__init__()
        self._bag = bag
        self._provider = provider
        self._told: dict[str, Delivery] = {}

    def enqueue(self, body: bytes, sign: Signer) -> None:
        for receiver in self.receivers():
            self._bag.letters.append(Letter(self._provider, body, sign, receiver.secret))

    def came(self, letter: Letter, *, taken: bool) -> None:
        """A try to deliver it, as the provider's own log has it."""
        told: Any = msgspec.json.decode(letter.body)
        if isinstance(told, dict) and "id" in told:
            small = msgspec.json.encode({"id": told["id"]})
            receiver = Receiver("", "")
            self._told[str(told["id"])] = Delivery(receiver, small, letter.sign, status=200 if taken else 0)

    def deliveries(self) -> list[Delivery]:
        return list(self._told.values())
