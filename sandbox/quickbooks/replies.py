"""Replies by request id: the same write sent twice is done once, and the second caller gets the first one's reply."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from sandbox.quickbooks.faults import DUPLICATE_REQUEST, TOO_LONG, Refusal

REQUEST_ID_MAX = 50
REQUEST_ID_BATCH_MAX = 36


@dataclass
class Replies:
    """One company's. Only replies to what was done are kept; a refused request may be sent again."""

    _held: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def find(self, request_id: str, asked: bytes, *, batch: bool = False) -> bytes | None:
        """The reply given before; Refusal 600 when the id was spent on something else."""
        most = REQUEST_ID_BATCH_MAX if batch else REQUEST_ID_MAX
        if len(request_id) > most:
            raise Refusal(TOO_LONG, f"Length of requestid exceeds {most} chars", "requestid")
        held = self._held.get(request_id)
        if held is None:
            return None
        digest, reply = held
        if digest != _digest(asked):
            raise Refusal(DUPLICATE_REQUEST, f"Request id {request_id} was used for another request.", "requestid")
        return reply

    def keep(self, request_id: str, asked: bytes, reply: bytes) -> None:
        self._held[request_id] = (_digest(asked), reply)


def _digest(asked: bytes) -> str:
    return hashlib.sha256(asked).hexdigest()
