"""The web application: put together here, from the parts that runtime gives."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from runtime import jobs
from runtime.nudging import Nudging
from runtime.queue import Nudges
from runtime.receiving import Receiving
from runtime.wiring import App
from store.people import SESSION_WHOLE
from webapp import errors, headers, shown
from webapp.auth import guard
from webapp.auth import pages as auth
from webapp.connections import consent
from webapp.connections import pages as connections
from webapp.context import EXTENSION, Web
from webapp.customers import pages as customers
from webapp.findings import pages as findings
from webapp.health import pages as health
from webapp.history import pages as history
from webapp.hooks.door import Door
from webapp.invoices import pages as invoices
from webapp.matching import pages as matching
from webapp.posting import acts as posting_acts
from webapp.posting import digest as posting_digest
from webapp.posting import pages as posting
from webapp.posting import reversal
from webapp.posting import undo as posting_undo
from webapp.processor import acts as processor_acts
from webapp.processor import pages as processor
from webapp.processor import proofs as processor_proofs
from webapp.proving import closing, evidence
from webapp.proving import pages as proving
from webapp.queue import acts
from webapp.queue import pages as queue
from webapp.receipts import acts as recorded
from webapp.receipts import pages as receipts
from webapp.remainders import pages as remainders
from webapp.settings import pages as settings
from webapp.settings import posting as posting_settings
from webapp.statements import pages as statements

FORM_BYTES_MAX = 1_000_000  # a page of ticked rows is far below
BLUEPRINTS = (
    auth.blueprint, queue.blueprint, acts.blueprint, receipts.blueprint, recorded.blueprint, connections.blueprint, consent.blueprint,
    invoices.blueprint, customers.blueprint, history.blueprint, findings.blueprint, settings.blueprint, matching.blueprint,
    statements.blueprint, health.blueprint, proving.blueprint, closing.blueprint, evidence.blueprint, posting.blueprint, posting_acts.blueprint, posting_undo.blueprint,
    posting_digest.blueprint, posting_settings.blueprint, remainders.blueprint, reversal.blueprint,
    processor.blueprint, processor_acts.blueprint, processor_proofs.blueprint,
)  # fmt: skip


def create_app(app: App, nudges: Nudges | None = None) -> Flask:
    """The WSGI application over the parts. Without `nudges`, work that a button asks for waits for the schedule."""
    flask = Flask(__name__, static_folder="static", template_folder="templates")
    secure = app.settings.base_url.startswith("https://")
    flask.config.update(_config(app, secure=secure))
    if secure:  # TLS ends at a proxy, which says who asks and that it was by https
        flask.wsgi_app = ProxyFix(flask.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    flask.extensions[EXTENSION] = Web(app, nudges)
    CSRFProtect(flask)
    for blueprint in BLUEPRINTS:
        flask.register_blueprint(blueprint)
    limiter = Limiter(get_remote_address, app=flask, storage_uri="memory://", default_limits=[], headers_enabled=False)
    auth.limit(flask, limiter)
    guard.install(flask)
    headers.install(flask)
    errors.install(flask)
    shown.install(flask)
    _version_statics(flask)
    nudging = Nudging(nudges, jobs.hooks) if nudges is not None else None
    flask.wsgi_app = Door(flask.wsgi_app, Receiving(app, nudging))  # type: ignore[method-assign]
    return flask


def _config(app: App, *, secure: bool) -> dict[str, Any]:
    return {
        "SECRET_KEY": app.settings.secret_key.reveal(),
        "SESSION_COOKIE_NAME": "__Host-tieout" if secure else "tieout",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": SESSION_WHOLE,
        "MAX_CONTENT_LENGTH": FORM_BYTES_MAX,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session, which ends by itself
        "WTF_CSRF_SSL_STRICT": False,  # Sec-Fetch-Site says more than a referrer (webapp/auth/guard.py)
    }


def _version_statics(flask: Flask) -> None:
    """Addresses of our files carry their fingerprint, so that they may be kept for a year."""
    folder = Path(flask.static_folder or "")
    known = {
        path.relative_to(folder).as_posix(): hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }

    def static(name: str) -> str:
        return url_for("static", filename=name, v=known[name])

    flask.jinja_env.globals["static"] = static
