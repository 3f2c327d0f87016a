"""Does on a stand-in's consent page what a person does in a browser."""

from __future__ import annotations

import http.client
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

from ledger.faults import Unreachable

SECONDS = 30.0


def approve(address: str, tenant: str) -> dict[str, str]:
    """Approves one company at an authorise address, and reads what the page's answer sends back with the person."""
    parts = urlsplit(address)
    link = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=SECONDS)
    try:
        link.request("GET", f"{parts.path}?{parts.query}")
        page = link.getresponse()
        form = _Form()
        form.feed(page.read().decode())
        if page.status != http.client.OK or form.action is None:
            raise Unreachable(f"The stand-in's consent page answered {page.status}; start the demo again.")
        fields = {**form.fields, "tenant": tenant, "decision": "approve"}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        link.request("POST", form.action or parts.path, body=urlencode(fields), headers=headers)
        answer = link.getresponse()
        answer.read()
    finally:
        link.close()
    return dict(parse_qsl(urlsplit(answer.headers.get("location", "")).query))


class _Form(HTMLParser):
    """The hidden fields of a page's form, and where it posts to."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = given.get("action") or ""
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields[given["name"] or ""] = given.get("value") or ""
