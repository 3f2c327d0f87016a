"""What stands before every accounting call: the token, the organisation, the scope, and the call limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from uuid import UUID

from flask import Response, g, request

from sandbox.core.clock import SandboxClock
from sandbox.core.limits import FixedWindows, Verdict
from sandbox.core.oauth import AuthorizationServer
from sandbox.xero.desk.books import Books
from sandbox.xero.desk.connections import Connections
from sandbox.xero.desk.faults import problem
from sandbox.xero.desk.kinds import kind_at
from sandbox.xero.desk.wire import encode

JSON = "application/json; charset=utf-8"
APP = "app"
APP_WINDOW = "AppMinLimit"  # as its header calls it
_HEADERS = {"minute": "X-MinLimit-Remaining", "day": "X-DayLimit-Remaining"}
_PROBLEMS = {"minute": "minute", "day": "day", "in_flight": "concurrent"}
_REPORT_SCOPES = {
    "TrialBalance": "accounting.reports.trialbalance.read",
    "AgedReceivablesByContact": "accounting.reports.aged.read",
}


@dataclass(frozen=True)
class Gate:
    clock: SandboxClock
    server: AuthorizationServer
    connections: Connections
    limits: FixedWindows
    app_limits: FixedWindows
    books: Mapping[str, Books]
    chance: Random

    def admit(self) -> Response | None:
        """None when the call may pass; then `g.books` is set and `leave` must follow."""
        grant = self.server.authenticate(request.headers.get("Authorization"))
        if grant is None:
            return self.refuse(401, "Unauthorized", "TokenExpired: the token has expired or is not valid")
        tenant = request.headers.get("xero-tenant-id", "")
        g.tenant = tenant or None
        if tenant not in self.books or not self.connections.connected(tenant):
            return self.refuse(403, "Forbidden", "AuthenticationUnsuccessful")
        if not _allowed(grant.scope.split()):
            return self.refuse(403, "Forbidden", "AuthorizationUnsuccessful")
        g.books = self.books[tenant]
        return self._count(tenant)

    def leave(self) -> None:
        for limits, key in g.pop("entered", ()):
            limits.leave(key)

    def refuse(self, status: int, title: str, detail: str) -> Response:
        instance = str(UUID(int=self.chance.getrandbits(128), version=4))
        return Response(encode(problem(status, title, detail, instance)), status, content_type=JSON)

    def head(self, response: Response) -> None:
        """What is left of the limits, on every reply."""
        response.headers.update(g.get("remaining", {}))

    def throttled(self, name: str, retry_after: int | None) -> Response:
        response = Response("", 429, content_type=JSON)
        response.headers["X-Rate-Limit-Problem"] = name
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        return response

    def _count(self, tenant: str) -> Response | None:
        verdict = self.limits.enter(tenant)
        if verdict.allowed:
            g.entered = [(self.limits, tenant)]
        everyone = self.app_limits.enter(APP) if verdict.allowed else None
        if everyone is not None and everyone.allowed:
            g.entered.append((self.app_limits, APP))
        g.remaining = _remaining(verdict, everyone)
        if not verdict.allowed:
            return self.throttled(_PROBLEMS.get(verdict.problem or "", "minute"), verdict.retry_after)
        if everyone is not None and not everyone.allowed:
            return self.throttled("appminute", everyone.retry_after)
        return None


def _remaining(verdict: Verdict, everyone: Verdict | None) -> dict[str, str]:
    headers = {_HEADERS[name]: str(left) for name, left in verdict.remaining.items() if name in _HEADERS}
    if everyone is not None:
        headers |= {f"X-{name}-Remaining": str(left) for name, left in everyone.remaining.items()}
    return headers


def _allowed(scopes: list[str]) -> bool:
    """Does one of the token's scopes open this path with this method?"""
    parts = request.path.removeprefix("/api.xro/2.0/").split("/")
    if parts[0] == "Reports":
        return len(parts) < 2 or _REPORT_SCOPES.get(parts[1]) in {None, *scopes}
    kind = kind_at(parts[0])
    if kind is None:
        return True  # the answer is 404
    wanted = {f"accounting.{kind.scope}"}
    if request.method == "GET":
        wanted.add(f"accounting.{kind.scope}.read")
    return not wanted.isdisjoint(scopes)
