"""Where the web of this home was last served, so that a command can print a link that leads there."""

from __future__ import annotations

import contextlib

from runtime.settings import Settings

FILE = "served-at"
SETTING = "TIEOUT_BASE_URL"
NOT_CHOSEN = ("not set", "default")
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - a browser on this machine reaches such a server here


def note(settings: Settings, host: str, port: int) -> None:
    """Called by who serves. A home that cannot be written to keeps no note."""
    near = "127.0.0.1" if host in EVERYWHERE else host
    address = f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"
    with contextlib.suppress(OSError):
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (settings.home / FILE).write_text(address + "\n", encoding="ascii")


def link_base(settings: Settings) -> str:
    """What the owner has set; else where it was last served on this machine; else the default."""
    if any(line.name == SETTING and line.origin not in NOT_CHOSEN for line in settings.shown_lines):
        return settings.base_url
    with contextlib.suppress(OSError, UnicodeDecodeError):
        noted = (settings.home / FILE).read_text(encoding="ascii").strip()
        if noted.startswith("http://"):
            return noted
    return settings.base_url
