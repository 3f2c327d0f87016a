"""Refusals in Stripe's shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DOCS = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """`stored`: the work had begun, so a repeat with the same idempotency key gets this very reply."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        stored: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.code = code
        self.param = param
        self.headers = dict(headers or {})
        self.stored = stored

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.kind}
        if self.param is not None:
            error = {"param": self.param, **error}
        if self.code is not None:
            error = {"code": self.code, "doc_url": _DOCS + self.code.replace("_", "-"), **error}
        return {"error": error}


def missing_record(noun: str, record_id: str, *, param: str = "id", status: int = 404) -> StripeError:
    return StripeError(status, f"No such {noun}: '{record_id}'", code="resource_missing", param=param)


def unknown_parameter(name: str) -> StripeError:
    return StripeError(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def missing_parameter(name: str) -> StripeError:
    return StripeError(400, f"Missing required param: {name}.", code="parameter_missing", param=name)


def unknown_path(method: str, path: str) -> StripeError:
    return StripeError(
        404,
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at "
        "https://support.stripe.com/.",
    )


def not_allowed(message: str) -> StripeError:
    """What the state of a record forbids."""
    return StripeError(400, message, stored=True)


def too_many(reason: str) -> StripeError:
    """reason: global-rate, endpoint-rate, global-concurrency or endpoint-concurrency."""
    return StripeError(
        429,
        "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.",
        code="rate_limit",
        headers={"Stripe-Rate-Limited-Reason": reason},
    )


def server_fault() -> StripeError:
    return StripeError(
        500,
        "An unknown error occurred. If you have questions, we can help at https://support.stripe.com/.",
        kind="api_error",
    )
