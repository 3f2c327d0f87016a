"""The smallest possible stand-in: enough of one to try the core over real HTTP."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, Response, g, jsonify, request

from sandbox.core.clock import SandboxClock
from sandbox.core.control import control_blueprint
from sandbox.core.journal import Journal
from sandbox.core.limits import FixedWindows, Window
from sandbox.core.mishaps import Mishaps
from sandbox.core.webhooks import Sender


class Probe:
    """Answers /books/<kind> with a list and /books/echo with the body it was sent."""

    provider = "probe"

    def __init__(self) -> None:
        self.clock = SandboxClock(datetime(2026, 3, 1, tzinfo=UTC), running=False)
        self.slept: list[float] = []
        self.journal = Journal(self.provider, self.clock)
        self.mishaps = Mishaps(sleep=self.slept.append)
        self.webhooks = Sender()
        self.limits = FixedWindows(self.clock, {"minute": Window(60, 60)})
        self.changed: list[tuple[str, str, dict[str, Any]]] = []
        self.app = self._build()

    def _build(self) -> Flask:
        app = Flask("probe")
        self.journal.install(app)
        self.mishaps.install(
            app, expired=lambda: Response('{"title":"Unauthorized"}', 401, mimetype="application/json")
        )
        app.register_blueprint(control_blueprint(self))

        @app.post("/books/echo")
        def echo() -> Response:
            return Response(request.get_data(), mimetype="application/octet-stream")

        @app.route("/books/ignore", methods=["POST"])
        def ignore() -> Response:
            return Response("done")

        @app.get("/books/<kind>")
        def books(kind: str) -> Response:
            g.tenant, g.kind = "co-1", kind
            return jsonify({"rows": list(range(50))})

        return app

    def counts(self, tenant: str) -> dict[str, int]:
        if tenant != "co-1":
            message = f"no company {tenant}"
            raise LookupError(message)
        return {"invoices": 50}

    def truth(self, tenant: str, on: date) -> dict[str, Any]:
        return {"tenant": tenant, "on": on.isoformat(), "control_account": "12.00"}

    def change(self, tenant: str, verb: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        self.changed.append((tenant, verb, dict(fields)))
        return {"done": verb}
