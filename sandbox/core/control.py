"""The /_control blueprint of a stand-in: what a test or a person turns from outside. See sandbox/README.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.http import http_date

from sandbox.core.limits import Window
from sandbox.core.stand import Controlled

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def control_blueprint(stand: Controlled) -> Blueprint:
    """Register with `app.register_blueprint(control_blueprint(self))`. Bad input answers 400 with one sentence."""
    control = Blueprint("control", __name__, url_prefix="/_control")

    @control.before_request
    def _loopback_only() -> None:
        if request.remote_addr not in LOOPBACK:
            abort(403)

    @control.errorhandler(ValueError)
    @control.errorhandler(LookupError)
    @control.errorhandler(TypeError)
    @control.errorhandler(re.error)
    def _bad_input(error: Exception) -> tuple[Response, int]:
        return jsonify({"error": str(error.args[0]) if error.args else type(error).__name__}), 400

    @control.after_app_request
    def _dated(response: Response) -> Response:
        response.headers["Date"] = http_date(stand.clock.now())
        return response

    _reading(control, stand)
    _faults(control, stand)
    _business(control, stand)
    return control


def _reading(control: Blueprint, stand: Controlled) -> None:
    @control.get("/counts")
    def counts() -> Response:
        return jsonify(stand.counts(_needed(request.args, "tenant")))

    @control.get("/truth")
    def truth() -> Response:
        on = request.args.get("on")
        day = date.fromisoformat(on) if on else stand.clock.now().date()
        return jsonify(stand.truth(_needed(request.args, "tenant"), day))

    @control.get("/journal")
    def journal() -> Response:
        return jsonify(stand.journal.as_json())

    @control.delete("/journal")
    def empty_journal() -> Response:
        stand.journal.clear()
        return jsonify({"emptied": True})


def _faults(control: Blueprint, stand: Controlled) -> None:
    @control.get("/mishaps")
    def planned() -> Response:
        return jsonify([{"kind": one.kind, "path": one.path, "done": one.done} for one in stand.mishaps.planned()])

    @control.post("/mishaps")
    def add_mishap() -> Response:
        wanted = _body()
        mishap = stand.mishaps.add(
            str(_needed(wanted, "kind")),
            str(wanted.get("path", "")),
            times=None if wanted.get("times", 1) is None else int(wanted.get("times", 1)),
            every=int(wanted.get("every", 1)),
            seconds=float(wanted.get("seconds", 0)),
            share=None if wanted.get("share") is None else float(wanted["share"]),
            headers={str(name): str(value) for name, value in wanted.get("headers", {}).items()},
        )
        return jsonify({"kind": mishap.kind, "path": mishap.path, "times": mishap.times})

    @control.delete("/mishaps")
    def clear_mishaps() -> Response:
        stand.mishaps.clear()
        return jsonify({"emptied": True})

    @control.post("/limits")
    def set_limits() -> Response:
        wanted = _body()
        windows = {
            str(name): Window(int(window["calls"]), int(window["seconds"]))
            for name, window in wanted.get("windows", {}).items()
        }
        in_flight = wanted.get("in_flight")
        stand.limits.configure(windows, None if in_flight is None else int(in_flight))
        return jsonify({"windows": sorted(windows), "in_flight": in_flight})


def _business(control: Blueprint, stand: Controlled) -> None:
    @control.post("/webhooks")
    def set_webhooks() -> Response:
        wanted = _body()
        if "url" in wanted:
            stand.webhooks.register(str(wanted["url"]), str(wanted.get("secret") or ""))
        stand.webhooks.duplicate = bool(wanted.get("duplicate", stand.webhooks.duplicate))
        stand.webhooks.reverse = bool(wanted.get("reverse", stand.webhooks.reverse))
        return jsonify({"receivers": [receiver.url for receiver in stand.webhooks.receivers()]})

    @control.post("/change")
    def change() -> Response:
        fields = _body()
        tenant, verb = str(_needed(fields, "tenant")), str(_needed(fields, "verb"))
        rest = {name: value for name, value in fields.items() if name not in {"tenant", "verb"}}
        return jsonify(stand.change(tenant, verb, rest))

    @control.get("/clock")
    def clock() -> Response:
        return jsonify({"now": stand.clock.now().isoformat(), "running": stand.clock.running})

    @control.post("/clock")
    def set_clock() -> Response:
        wanted = _body()
        if "now" in wanted:
            moment = datetime.fromisoformat(str(wanted["now"]))
            stand.clock.set(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        if "advance_seconds" in wanted:
            stand.clock.advance(float(wanted["advance_seconds"]))
        if wanted.get("running"):
            stand.clock.run()
        return clock()


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        message = "send a JSON object"
        raise ValueError(message)
    return body


def _needed(values: Mapping[str, Any], name: str) -> Any:
    value = values.get(name)
    if value is None:
        message = f"{name} is missing"
        raise ValueError(message)
    return value
