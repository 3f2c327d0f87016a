"""The settings, read once from the environment and a `.env` file. Nothing else reads the environment.

The environment wins over the files, a home's own `.env` over the usual one, that over the default; an empty value counts
as absent. Each value remembers where it came from, for `tieout doctor`.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from ledger.faults import BadInput
from runtime import addresses, keys
from runtime.dotfile import read_dotfile
from runtime.names import BY_NAME, NAMES, PREFIX
from runtime.secret import MASK, Secret, mask_url

ROOT: Final = Path(__file__).resolve().parent.parent
DOTFILE: Final = ".env"
ENVIRONMENT: Final = "environment"
QUICKBOOKS_API: Final = {
    "production": "https://quickbooks.api.intuit.com/v3",
    "sandbox": "https://sandbox-quickbooks.api.intuit.com/v3",
}
QUICKBOOKS_DISCOVERY: Final = {
    "production": "https://developer.api.intuit.com/.well-known/openid_configuration",
    "sandbox": "https://developer.api.intuit.com/.well-known/openid_sandbox_configuration",
}


@dataclass(frozen=True, slots=True)
class StripeSettings:
    secret_key: Secret | None
    client_id: str | None
    webhook_secret: Secret | None
    api_base: str
    connect_base: str


@dataclass(frozen=True, slots=True)
class XeroSettings:
    client_id: str | None
    client_secret: Secret | None
    webhook_key: Secret | None
    scopes: tuple[str, ...]
    api_base: str
    login_base: str
    identity_base: str


@dataclass(frozen=True, slots=True)
class QuickBooksSettings:
    client_id: str | None
    client_secret: Secret | None
    webhook_verifier: Secret | None
    environment: Literal["production", "sandbox"]
    api_base: str
    discovery_url: str
    monthly_reads: int = 500_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of `tieout doctor`: the value as it may be seen, and where it came from."""

    name: str
    value: str
    origin: str
    meaning: str


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """Addresses may carry a password; print them through `shown()` or `mask_url`, never as they are."""

    home: Path
    database_url: str
    redis_url: str | None
    base_url: str
    secret_key: Secret
    encryption_keys: tuple[Secret, ...]
    stripe: StripeSettings
    xero: XeroSettings
    quickbooks: QuickBooksSettings
    smtp_url: str | None
    mail_from: str | None
    shown_lines: tuple[Shown, ...] = field(default=(), compare=False)

    @classmethod
    def load(
        cls,
        environ: Mapping[str, str] | None = None,
        dotenv_path: Path | None = None,
        home: Path | None = None,
    ) -> Settings:
        """Reads and checks everything; makes the keys that are missing. Faults name the setting and its place.

        With no arguments: the process's environment and `.env` of the current folder, else the one beside `tieout`.
        With `environ`, only that and `dotenv_path`. `home` wins over TIEOUT_HOME. A home may hold a `.env` of its own.
        """
        if environ is None:
            environ = os.environ
            dotenv_path = dotenv_path or _usual_dotfile()
        source = _Source()
        if dotenv_path is not None:
            source.take(read_dotfile(dotenv_path), str(dotenv_path))
        source.take(environ, ENVIRONMENT)
        if home is not None:
            source.put("TIEOUT_HOME", str(home), "command line")
        own = Path(source.text("TIEOUT_HOME")).expanduser() / DOTFILE
        if own.is_file() and own != dotenv_path:
            source.take(_of_a_home(read_dotfile(own), own), str(own), beneath=ENVIRONMENT)
        return _settings(source)

    @property
    def is_embedded(self) -> bool:
        """Whether the books lie in SQLite under TIEOUT_HOME, so that this machine is the only one."""
        return self.database_url.startswith("sqlite")

    def shown(self) -> tuple[Shown, ...]:
        """Every setting in the documented order, secrets masked."""
        return self.shown_lines

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{line.name}={line.value}' for line in self.shown_lines if line.value)})"


def environment(**changes: str) -> dict[str, str]:
    """A copy of the process's environment with changes, for a program that we start."""
    return {**os.environ, **changes}


class _Source:
    """The values that were given, by name, with their origins."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._origins: dict[str, str] = {}

    def take(self, given: Mapping[str, str], origin: str, *, beneath: str = "") -> None:
        """All that is ours of these. What came from `beneath` stands."""
        for name, value in given.items():
            if name.startswith(PREFIX):
                _refuse_unknown(name, origin)
                if value.strip() and (not beneath or self._origins.get(name) != beneath):
                    self.put(name, value.strip(), origin)

    def put(self, name: str, value: str, origin: str) -> None:
        self._values[name], self._origins[name] = value, origin

    def optional(self, name: str) -> str | None:
        if name not in self._values:
            default = BY_NAME[name].default
            if default is None:
                return None
            self.put(name, default, "default")
        return self._values[name]

    def text(self, name: str, default: str | None = None) -> str:
        """A value that is always there: given, or the default of its name, or the one worked out here."""
        value = self.optional(name)
        if value is not None:
            return value
        if default is None:
            raise LookupError(f"{name} has no default")
        self.put(name, default, "default")
        return default

    def secret(self, name: str) -> Secret | None:
        value = self.optional(name)
        return None if value is None else Secret(value)

    def where(self, name: str) -> str:
        """How a fault names the setting: with the place to mend it at."""
        origin = self._origins.get(name, "default")
        return f"{name} (from {origin})"

    def lines(self) -> tuple[Shown, ...]:
        return tuple(
            Shown(
                name=each.name,
                value=(MASK if each.secret else mask_url(self._values[each.name])) if each.name in self._values else "",
                origin=self._origins.get(each.name, "not set"),
                meaning=each.meaning,
            )
            for each in NAMES
        )


def _settings(source: _Source) -> Settings:
    home = Path(source.text("TIEOUT_HOME")).expanduser().absolute()
    database_url = source.text("TIEOUT_DATABASE_URL", f"sqlite:///{home / 'tieout.db'}")
    redis_url = source.optional("TIEOUT_REDIS_URL")
    smtp_url = source.optional("TIEOUT_SMTP_URL")
    return Settings(
        home=home,
        database_url=addresses.database(database_url, source.where("TIEOUT_DATABASE_URL")),
        redis_url=redis_url and addresses.redis(redis_url, source.where("TIEOUT_REDIS_URL")),
        base_url=_base(source, "TIEOUT_BASE_URL"),
        stripe=_stripe(source),
        xero=_xero(source),
        quickbooks=_quickbooks(source),
        smtp_url=smtp_url and addresses.smtp(smtp_url, source.where("TIEOUT_SMTP_URL")),
        mail_from=source.optional("TIEOUT_MAIL_FROM"),
        # Keys last: a wrong setting is refused before anything is written to the disk.
        secret_key=_secret_key(source, home),
        encryption_keys=_encryption_keys(source, home),
        shown_lines=source.lines(),
    )


def _stripe(source: _Source) -> StripeSettings:
    return StripeSettings(
        secret_key=source.secret("TIEOUT_STRIPE_SECRET_KEY"),
        client_id=source.optional("TIEOUT_STRIPE_CLIENT_ID"),
        webhook_secret=source.secret("TIEOUT_STRIPE_WEBHOOK_SECRET"),
        api_base=_base(source, "TIEOUT_STRIPE_API_BASE"),
        connect_base=_base(source, "TIEOUT_STRIPE_CONNECT_BASE"),
    )


def _xero(source: _Source) -> XeroSettings:
    return XeroSettings(
        client_id=source.optional("TIEOUT_XERO_CLIENT_ID"),
        client_secret=source.secret("TIEOUT_XERO_CLIENT_SECRET"),
        webhook_key=source.secret("TIEOUT_XERO_WEBHOOK_KEY"),
        scopes=tuple(source.text("TIEOUT_XERO_SCOPES").replace(",", " ").split()),
        api_base=_base(source, "TIEOUT_XERO_API_BASE"),
        login_base=_base(source, "TIEOUT_XERO_LOGIN_BASE"),
        identity_base=_base(source, "TIEOUT_XERO_IDENTITY_BASE"),
    )


def _quickbooks(source: _Source) -> QuickBooksSettings:
    name = "TIEOUT_QUICKBOOKS_ENVIRONMENT"
    given = source.text(name).lower()
    if given not in ("production", "sandbox"):
        raise BadInput(f"{source.where(name)} is {given!r}; give production or sandbox.")
    environment_name: Literal["production", "sandbox"] = "sandbox" if given == "sandbox" else "production"
    return QuickBooksSettings(
        client_id=source.optional("TIEOUT_QUICKBOOKS_CLIENT_ID"),
        client_secret=source.secret("TIEOUT_QUICKBOOKS_CLIENT_SECRET"),
        webhook_verifier=source.secret("TIEOUT_QUICKBOOKS_WEBHOOK_VERIFIER"),
        environment=environment_name,
        api_base=_base(source, "TIEOUT_QUICKBOOKS_API_BASE", QUICKBOOKS_API[environment_name]),
        discovery_url=_base(source, "TIEOUT_QUICKBOOKS_DISCOVERY_URL", QUICKBOOKS_DISCOVERY[environment_name]),
        monthly_reads=_number(source, "TIEOUT_QUICKBOOKS_MONTHLY_READS"),
    )


def _number(source: _Source, name: str) -> int:
    text = source.text(name).replace(",", "").replace("_", "")
    if not text.isdecimal() or int(text) == 0:
        raise BadInput(f"{source.where(name)} is {text!r}; give a whole number above 0.")
    return int(text)


def _base(source: _Source, name: str, default: str | None = None) -> str:
    return addresses.base(source.text(name, default), source.where(name))


def _secret_key(source: _Source, home: Path) -> Secret:
    name = "TIEOUT_SECRET_KEY"
    if source.optional(name) is None:
        text, path = keys.kept_or_made(home, keys.SECRET_KEY_FILE, keys.new_secret_key)
        source.put(name, text, f"made, kept in {path}")
    value = source.text(name)
    if len(value) < keys.SECRET_KEY_CHARACTERS_MIN:
        raise BadInput(
            f"{source.where(name)} is shorter than {keys.SECRET_KEY_CHARACTERS_MIN} characters; give a long random one."
        )
    return Secret(value)


def _encryption_keys(source: _Source, home: Path) -> tuple[Secret, ...]:
    name = "TIEOUT_ENCRYPTION_KEYS"
    if source.optional(name) is None:
        text, path = keys.kept_or_made(home, keys.ENCRYPTION_KEYS_FILE, keys.new_encryption_key)
        source.put(name, text, f"made, kept in {path}")
    return tuple(Secret(key) for key in keys.parse_encryption_keys(source.text(name), source.where(name)))


def _refuse_unknown(name: str, origin: str) -> None:
    if name in BY_NAME:
        return
    near = difflib.get_close_matches(name, BY_NAME, n=1, cutoff=0.6)
    advice = f"did you mean {near[0]}?" if near else "docs/settings.md lists those that there are."
    raise BadInput(f"{name} (from {origin}) is not a setting; {advice}")


def _of_a_home(given: Mapping[str, str], path: Path) -> Mapping[str, str]:
    """Raises BadInput where it says that the home is elsewhere."""
    if given.get("TIEOUT_HOME"):
        raise BadInput(f"{path} names a TIEOUT_HOME, and lies in one; take that line out.")
    return given


def _usual_dotfile() -> Path | None:
    for path in (Path.cwd() / DOTFILE, ROOT / DOTFILE):
        if path.is_file():
            return path
    return None
