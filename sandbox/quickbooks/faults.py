"""QuickBooks' refusals: the Fault of a bad request, and the differently shaped one of a bad token."""

from __future__ import annotations

from datetime import datetime

from sandbox.quickbooks.wire import Record, envelope_time

VALIDATION = "ValidationFault"
SYSTEM = "SystemFault"
SERVICE = "SERVICE"

PARSE_ERROR = "4000"
BAD_QUERY = "4001"
MISSING = "2020"
INVALID_REFERENCE = "2500"
BAD_NUMBER = "2060"
BAD_DATE = "2040"
TOO_LONG = "2050"
DUPLICATE_REQUEST = "600"
NOT_FOUND = "610"
NOT_LINKED = "620"
BATCH_TOO_BIG = "1040"
STALE = "5010"
BUSINESS = "6000"
DUPLICATE_NUMBER = "6140"
DUPLICATE_NAME = "6240"
UNSUPPORTED = "500"

_MESSAGES = {
    PARSE_ERROR: "Error parsing query",
    BAD_QUERY: "Invalid query",
    MISSING: "Required parameter missing in the request",
    INVALID_REFERENCE: "Invalid Reference Id",
    BAD_NUMBER: "Invalid Number",
    BAD_DATE: "Invalid Date",
    TOO_LONG: "Length exceeds limit",
    DUPLICATE_REQUEST: "Duplicate Request Id",
    NOT_FOUND: "Object Not Found",
    NOT_LINKED: "Transaction Could Not Be Linked",
    BATCH_TOO_BIG: "Batch Size Exceeded",
    STALE: "Stale Object Error",
    BUSINESS: "A business validation error has occurred while processing your request",
    DUPLICATE_NUMBER: "Duplicate Document Number Error",
    DUPLICATE_NAME: "Duplicate Name Exists Error",
    UNSUPPORTED: "Unsupported Operation",
}


class Refusal(Exception):
    """One Fault with one Error. `status` is the HTTP status that carries it."""

    def __init__(self, code: str, detail: str, element: str = "", *, status: int = 400, kind: str = VALIDATION) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.element = element
        self.status = status
        self.kind = kind

    def fault(self) -> Record:
        error = {
            "Message": _MESSAGES.get(self.code, "Request refused"),
            "Detail": self.detail,
            "code": self.code,
            "element": self.element,
        }
        return {"Error": [error], "type": self.kind}


def missing(field: str) -> Refusal:
    return Refusal(MISSING, f"Required parameter {field} is missing in the request", field)


def not_found(detail: str = "", element: str = "") -> Refusal:
    text = "Object Not Found : Something you're trying to use has been made inactive or does not exist."
    return Refusal(NOT_FOUND, f"{text} {detail}".rstrip(), element)


def stale(kind: str, record_id: str) -> Refusal:
    return Refusal(STALE, f"Stale Object Error : {kind} {record_id} was changed by somebody else since you read it.")


def business(sentence: str, element: str = "") -> Refusal:
    return Refusal(BUSINESS, f"Business Validation Error: {sentence}", element)


def period_closed(close_date: str) -> Refusal:
    """Seen with the stale-token code: only the message tells the two apart."""
    return Refusal(
        STALE, f"Account Period Closed, Cannot Update Through Services. The books are closed to {close_date}."
    )


def fault_body(refusal: Refusal, now: datetime) -> Record:
    return {"Fault": refusal.fault(), "time": envelope_time(now)}


def throttled_body(now: datetime) -> Record:
    error = {
        "Message": "message=ThrottleExceeded; errorCode=003001; statusCode=429",
        "Detail": "The request limit was reached.  Try again later",
        "code": "3001",
    }
    return {"Fault": {"Error": [error], "type": SERVICE}, "time": envelope_time(now)}


def failed_body(now: datetime) -> Record:
    error = {
        "Message": "An application error has occurred while processing your request",
        "Detail": "System Failure Error: something went wrong on our side",
        "code": "10000",
    }
    return {"Fault": {"Error": [error], "type": SYSTEM}, "time": envelope_time(now)}


def token_body(detail: str, now: datetime, *, forbidden: bool = False) -> Record:
    """401 (authentication) and 403 (authorisation) come in lower case and with a time in milliseconds."""
    name, code, status, kind = (
        ("ApplicationAuthorizationFailed", "003100", 403, "AUTHORIZATION")
        if forbidden
        else ("AuthenticationFailed", "003200", 401, "AUTHENTICATION")
    )
    error = {
        "message": f"message={name}; errorCode={code}; statusCode={status}",
        "detail": detail,
        "code": code.lstrip("0"),
        "element": None,
    }
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": kind},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(now.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }
