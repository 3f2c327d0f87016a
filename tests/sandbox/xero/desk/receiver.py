"""A receiver of webhooks on loopback that checks signatures the way that Xero asks for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from flask import Flask, Response, request


class Receiver:
    """Answers 200 to a right signature and 401 to a wrong one; keeps what came."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self.bodies: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self.app = Flask("receiver")
        self.app.add_url_rule("/hooks/xero", view_func=self._take, methods=["POST"])

    def _take(self) -> Response:
        body = request.get_data()
        wanted = base64.b64encode(hmac.new(self._key, body, hashlib.sha256).digest()).decode()
        good = hmac.compare_digest(wanted, request.headers["x-xero-signature"])
        self.statuses.append(200 if good else 401)
        if good:
            self.bodies.append(json.loads(body))
        return Response("", 200 if good else 401)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for body in self.bodies for event in body["events"]]
