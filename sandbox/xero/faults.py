"""What Xero says no with: a validation of one item, a refusal of the whole call, and the bodies that go with them."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.xero.wire import Record


class Invalid(Exception):
    """One item breaks a rule of the books; `messages` are the ValidationErrors."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class Refusal(Exception):
    """The whole call is refused. A body of None is an empty one; a str is plain text."""

    def __init__(self, status: int, body: Record | str | None, headers: dict[str, str] | None = None) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body
        self.headers = headers or {}


def validation_errors(messages: Sequence[str]) -> list[Record]:
    return [{"Message": message} for message in messages]


def validation_body(elements: Sequence[Record]) -> Record:
    return {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": list(elements),
    }


def problem(status: int, title: str, detail: str) -> Record:
    """The body of what is refused before the books are looked at."""
    return {"Type": None, "Title": title, "Status": status, "Detail": detail, "Instance": None, "Extensions": {}}


def unauthorized(detail: str) -> Refusal:
    return Refusal(401, problem(401, "Unauthorized", detail))


def forbidden(detail: str) -> Refusal:
    return Refusal(403, problem(403, "Forbidden", detail))


def not_found() -> Refusal:
    return Refusal(404, "The resource you're looking for cannot be found")


def bad_query(message: str) -> Refusal:
    return Refusal(400, {"ErrorNumber": 16, "Type": "QueryParseException", "Message": message})


def bad_request(message: str, kind: str = "ValidationException", number: int = 10) -> Refusal:
    return Refusal(400, {"ErrorNumber": number, "Type": kind, "Message": message})


def server_fault() -> Refusal:
    return Refusal(500, problem(500, "An error occurred", "An error occurred in Xero. Check the status page."))


def too_many(word: str, retry_after: int | None) -> Refusal:
    headers = {"X-Rate-Limit-Problem": word}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Refusal(429, None, headers)
