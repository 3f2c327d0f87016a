from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from connectors.authorised import Authorised
from connectors.message import Request
from connectors.tokens import TokenSet
from connectors.transport import Transport
from ledger.faults import ConsentLost
from tests.connectors.wire import NOW, Answer, Call, Naps, Server, serve


@dataclass
class Tokens:
    """Gives one token after the other; `stale` are those that were handed back."""

    left: list[str]
    stale: list[str] = field(default_factory=list)

    def current(self) -> TokenSet:
        return TokenSet(access_token=self.left[0])

    def refreshed(self, stale: TokenSet) -> TokenSet:
        self.stale.append(stale.access_token)
        return TokenSet(access_token=self.left.pop(1))


@contextmanager
def guarded(tokens: Tokens) -> Iterator[tuple[Authorised, Server]]:
    def answer(call: Call) -> Answer:
        return Answer() if call.headers["authorization"] == "Bearer good" else Answer(status=401)

    with serve(answer) as server:
        transport = Transport("Ledgerly", clock=lambda: NOW, sleep=Naps(), random=lambda: 1.0)
        try:
            yield Authorised(transport, tokens), server
        finally:
            transport.close()


def request(server: Server) -> Request:
    return Request(method="GET", url=server.url + "/v1/x", kind="x")


def test_a_live_token_is_used_as_it_is() -> None:
    tokens = Tokens(["good"])
    with guarded(tokens) as (authorised, server):
        assert authorised.send(request(server)).ok
        assert (len(server.calls), tokens.stale) == (1, [])


def test_a_stale_token_is_renewed_once() -> None:
    tokens = Tokens(["old", "good"])
    with guarded(tokens) as (authorised, server):
        assert authorised.send(request(server)).ok
        assert (len(server.calls), tokens.stale) == (2, ["old"])


def test_a_second_refusal_is_a_lost_consent_and_no_loop() -> None:
    with guarded(Tokens(["old", "older", "good"])) as (authorised, server):
        with pytest.raises(ConsentLost, match="Ledgerly"):
            authorised.send(request(server))
        assert len(server.calls) == 2
