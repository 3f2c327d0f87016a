"""Headers on every answer: what browsers may do with our pages, and that nobody keeps them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, g, request
from werkzeug.wrappers import Response

from webapp.context import app

YEAR_SECONDS = 31_536_000
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'none'; "
    "form-action {forms}; frame-ancestors 'none'; base-uri 'none'"
)


def install(flask: Flask) -> None:
    flask.after_request(_add)


def leads_to_providers() -> None:
    """Allows this page's forms to end at a provider: browsers hold redirects after a form against form-action.

    Consent pages hand on among their company's own hosts, so any https address is allowed, and the addresses that the
    settings name (a stand-in on this machine has no https).
    """
    settings = app().settings
    named = (settings.xero.login_base, settings.stripe.connect_base, settings.quickbooks.discovery_url)
    origins = {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, named) if parts.scheme == "http"}
    g.forms = " ".join(["'self'", "https:", *sorted(origins)])


def _add(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY.format(forms=getattr(g, "forms", "'self'"))
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer" if request.path.startswith("/sign-in/link/") else "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if request.endpoint == "static":
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"
    if app().settings.base_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}; includeSubDomains"
    return response
