"""Logs: one line an event, and nothing in them that opens a door.

Everything that is written passes `redact` last, after arguments and tracebacks have become text, so a secret inside an
exception's message or a URL is caught too.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from runtime.secret import MASK, mask_url

if TYPE_CHECKING:
    from typing import TextIO

_NAMES_OF_SECRETS: Final = (
    "access_token|refresh_token|id_token|client_secret|api_key|webhook_secret|webhook_key|secret_key|encryption_keys?"
    "|password|passwd|code_verifier|csrf_token"
)
# Each keeps what leads to the secret, so that a reader sees which one it was.
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<keep>\b(?:authorization|proxy-authorization)\b['\"]?\s*[:=]\s*['\"]?(?:(?:bearer|basic|digest)\s+)?)[^\s'\",;]+",
        r"(?P<keep>\b(?:bearer|basic)\s+)[a-z0-9._~+/=-]{12,}",
        r"(?P<keep>\b(?:set-)?cookie['\"]?\s*[:=]\s*['\"]?)[^'\"\n]+",
        rf"(?P<keep>\b(?:{_NAMES_OF_SECRETS})['\"]?\s*[:=]\s*['\"]?)[^\s'\",;&}}]+",
        r"(?P<keep>[?&](?:code|state|token|key|sig|signature)=)[^\s&#'\"]+",
        r"(?P<keep>\b(?:stripe|x-xero|intuit)-signature\b['\"]?\s*[:=]\s*['\"]?)[^\s'\";]+",
        r"(?P<keep>\b[sr]k_(?:live|test)_)[a-z0-9]+",
        r"(?P<keep>\bwhsec_)[a-z0-9+/=]+",
        r"(?P<keep>\beyJ)[a-z0-9_-]{8,}\.[a-z0-9_-]+(?:\.[a-z0-9_-]*)?",
        r"(?P<keep>/(?:portal|sign-in|invite)/)[a-z0-9._~-]{8,}",
    )
)
# What `logging` itself puts on a record; everything else was given by `extra` and is part of the event.
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def redact(text: str) -> str:
    """The text with tokens, keys, signatures, passwords and portal links replaced by stars."""
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<keep>{MASK}", text)
    return mask_url(text)


class LineFormatter(logging.Formatter):
    """`time level logger message key=value ...` in one line; a traceback follows with its line ends escaped."""

    def format(self, record: logging.LogRecord) -> str:
        parts = [_time(record), record.levelname.lower(), record.name, _one_line(record.getMessage())]
        parts += [f"{key}={_value(value)}" for key, value in _extras(record).items()]
        if record.exc_info:
            parts.append(f"traceback={_value(self.formatException(record.exc_info))}")
        return redact(" ".join(parts))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        event |= {key: redact(_plain(value)) for key, value in _extras(record).items()}
        if record.exc_info:
            event["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)


def configure(level: int = logging.INFO, stream: TextIO | None = None, *, as_json: bool = False) -> None:
    """Sends every log to `stream` (standard error unless told), in place of whatever handlers there were."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if as_json else LineFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # At INFO these tell of every request and every job twice; their warnings stay.
    for name in ("urllib3", "stripe", "rq.worker", "waitress.queue", "werkzeug", "alembic"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _OWN}


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _one_line(text: str) -> str:
    """Line ends escaped: text from outside must not be able to forge a line of the log."""
    return (
        text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n") if "\n" in text or "\r" in text else text
    )


def _value(value: Any) -> str:
    text = _plain(value)
    return text if text and re.fullmatch(r"[\w.:/@+-]+", text) else json.dumps(text, ensure_ascii=False)
