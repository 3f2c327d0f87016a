"""`tieout connect`: by a file of tokens, or by the address where a person authorises."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.opened import Opened, opened
from cli.options import AsJson, Entity, Organisation
from cli.shown import print_json
from connectors.tokens import TokenSet
from ledger.faults import BadInput
from runtime.wiring import PROVIDERS
from sync.connect import Connected
from sync.renewal import Renewal

_COMPANY_ID = {"quickbooks": "realm_id", "xero": "tenant_id", "stripe": "account_id"}
_READ_WHOLE = (
    "Books are read whole, since what is owed hangs on all of them: what is open and what changed since that day comes first, "
    "older history behind it."
)
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_KNOWN = {
    "access_token", "refresh_token", "expires_at", "tenant_id", "realm_id", "account_id", "api_key", "webhook_secret",
}  # fmt: skip


def connect(
    provider: Annotated[str, typer.Argument(help="quickbooks, xero or stripe.")],
    credentials: Annotated[Path | None, typer.Option(help="JSON file with tokens or a key.")] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Like 2026-01-01. Of Stripe nothing older is read; of books what is open or newer comes first, then the rest.",
        ),
    ] = None,
    organisation: Organisation = None,
    entity: Entity = None,
    as_json: AsJson = False,
) -> None:
    """Connect a company's books or its Stripe account. It is only read."""
    if provider not in PROVIDERS:
        raise BadInput(f"There is no provider {provider!r}; choose one of {', '.join(PROVIDERS)}.")
    start = _date(since)
    if start is not None and provider != "stripe":
        print(_READ_WHOLE, file=sys.stderr)
    tokens, company_id = read_credentials(provider, credentials) if credentials is not None else (None, "")
    place = opened(organisation, make=True)
    if tokens is None:
        _print_address(place, provider, as_json=as_json)
        return
    connected = connect_with(place, provider, tokens, company_id, entity=entity, since=start)
    _print_connected(provider, connected, as_json=as_json)


def connect_with(
    place: Opened,
    provider: str,
    tokens: TokenSet,
    company_id: str,
    *,
    entity: str | None = None,
    since: date | None = None,
) -> Connected:
    """Asks the provider whose tokens these are, and keeps them. Without an entity, one is made for a ledger."""
    if tokens.refresh_token and tokens.expires_at is not None and tokens.expires_at <= place.app.clock.now():
        renewal = Renewal(place.app.consent(provider), place.app.sleep, place.app.random)
        tokens = renewal.of(tokens)  # a file of this morning's tokens is as good as a new one
    company = place.app.describe(provider, tokens, company_id)
    return place.app.connecting(place.organisation_id).save(
        provider, company, tokens, entity_id=place.entity_id(entity), since=since, actor=place.actor,
        now=place.app.clock.now(),
    )  # fmt: skip


def _print_address(place: Opened, provider: str, *, as_json: bool) -> None:
    place.app.consent(provider)  # says which setting is missing, before anybody is sent anywhere
    address = f"{place.app.settings.base_url}/connect/{provider}"
    if as_json:
        print_json({"authorise_at": address})
    else:
        print(f"Start `tieout serve` if it does not run, sign in, and authorise at\n{address}")


def _print_connected(provider: str, connected: Connected, *, as_json: bool) -> None:
    company = connected.company
    name = f"{provider}:{company.external_id}"
    if as_json:
        content = {"connection": name, "id": connected.connection_id, "company": company.name}
        print_json({**content, "entity": connected.entity_id, "new_entity": connected.new_entity})
        return
    made = " A new entity was made for it." if connected.new_entity else ""
    print(f"{company.name} is connected as {name} ({connected.connection_id}).{made}")


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--since {text!r} is no date; write it like 2026-01-01.") from None


def read_credentials(provider: str, path: Path) -> tuple[TokenSet, str]:
    """Tokens and the company's id. Raises BadInput that names file and field, never a value."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}); give the path of the credentials file.") from None
    except (ValueError, RecursionError):
        raise BadInput(f"{path} is not JSON; write it like {_example(provider)}.") from None
    if not isinstance(content, dict):
        raise BadInput(f"{path} holds no JSON object; write it like {_example(provider)}.")
    unknown = sorted(set(content) - _KNOWN)
    if unknown:
        raise BadInput(f"{path} has the unknown field {unknown[0]!r}; the fields are {_example(provider)}.")
    if provider == "stripe" and "api_key" in content:
        key = _text(path, content, "api_key")
        secret, account = _optional(path, content, "webhook_secret"), _optional(path, content, "account_id")
        return TokenSet(access_token=key, webhook_secret=secret, account=account), ""
    company_id = _text(path, content, _COMPANY_ID[provider])
    tokens = TokenSet(
        access_token=_text(path, content, "access_token"),
        refresh_token=_optional(path, content, "refresh_token"),
        expires_at=_moment(path, content.get("expires_at")),
    )
    return tokens, company_id


def _optional(path: Path, content: dict[str, Any], name: str) -> str | None:
    return _text(path, content, name) if content.get(name) else None


def _text(path: Path, content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"{path} needs {name!r}, a text; add it.")
    text = value.strip()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise BadInput(f"{path}: {name!r} holds characters that no such value has; copy it again, whole and alone.")
    if name in _COMPANY_ID.values() and not _ID.fullmatch(text):
        raise BadInput(f"{path}: {name!r} is no company's id; it has letters, digits, - and _ alone.")
    return text


def _moment(path: Path, value: Any) -> datetime | None:
    """ISO 8601 with its zone, or unix seconds."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadInput(f"{path}: 'expires_at' is no moment; write it like 2026-03-14T09:30:00Z or as unix seconds.")
    return moment.astimezone(UTC)


def _example(provider: str) -> str:
    if provider == "stripe":
        return '{"api_key": "rk_...", "webhook_secret": "whsec_..."}'
    return f'{{"access_token": ..., "refresh_token": ..., "expires_at": ..., "{_COMPANY_ID[provider]}": ...}}'
