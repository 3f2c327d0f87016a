"""Calls with a bearer token: a 401 gets one newer token and one more try, then the consent counts as lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from connectors.message import Reply, Request
from connectors.tokens import TokenSet, TokenSource
from connectors.transport import Transport
from ledger.faults import ConsentLost

T = TypeVar("T")
_UNAUTHORISED = 401


class Authorised:
    """A transport that puts `Authorization: Bearer` on each call. 401 never reaches the caller."""

    def __init__(self, transport: Transport, tokens: TokenSource) -> None:
        self.transport = transport
        self._tokens = tokens

    def fetch(self, request: Request, read: Callable[[Reply], T]) -> T:
        """As Transport.fetch. Raises ConsentLost besides."""
        tokens = self._tokens.current()
        answer = self._once(request, read, tokens)
        if answer is None:
            answer = self._once(request, read, self._tokens.refreshed(tokens))
        if answer is None:
            raise ConsentLost(f"{self.transport.provider} does not accept our access any more; connect it again.")
        return answer[0]

    def send(self, request: Request) -> Reply:
        return self.fetch(request, lambda reply: reply)

    def _once(self, request: Request, read: Callable[[Reply], T], tokens: TokenSet) -> tuple[T] | None:
        headers = {**request.headers, "authorization": f"Bearer {tokens.access_token}"}

        def seen(reply: Reply) -> tuple[T] | None:
            return None if reply.status == _UNAUTHORISED else (read(reply),)

        return self.transport.fetch(replace(request, headers=headers), seen)
