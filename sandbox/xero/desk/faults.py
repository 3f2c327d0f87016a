"""What Xero refuses, and the bodies in which it says so."""

from __future__ import annotations

from sandbox.xero.desk.wire import Record

VALIDATION = (10, "ValidationException", "A validation exception occurred")
QUERY = (16, "QueryParseException")
POST_DATA = (14, "PostDataInvalidException")


class Invalid(Exception):
    """One record breaks the rules; `messages` are Xero's validation errors."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class Refusal(Exception):
    """A whole call is refused with a status and a body."""

    def __init__(self, status: int, body: Record | str) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


def validation_body(elements: list[Record]) -> Record:
    """The answer to a call of which at least one record was refused."""
    code, name, message = VALIDATION
    return {"ErrorNumber": code, "Type": name, "Message": message, "Elements": elements}


def bad_query(message: str) -> Refusal:
    code, name = QUERY
    return Refusal(400, {"ErrorNumber": code, "Type": name, "Message": message})


def bad_post(message: str) -> Refusal:
    code, name = POST_DATA
    return Refusal(400, {"ErrorNumber": code, "Type": name, "Message": message})


def not_found() -> Refusal:
    return Refusal(404, "The resource you're looking for cannot be found")


def problem(status: int, title: str, detail: str, instance: str) -> Record:
    """The body of a refusal that comes before the accounting code is reached."""
    return {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": instance,
        "Extensions": {},
    }
