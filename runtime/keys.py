"""Keys that the program makes for itself and keeps under TIEOUT_HOME, readable by its owner alone.

Made once on a machine: two processes that start together agree on the same key, and a key is never overwritten,
because what was sealed with it could then never be opened again.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ledger.faults import BadInput

FOLDER: Final = "keys"
SECRET_KEY_FILE: Final = "secret_key"  # noqa: S105 - a file's name
ENCRYPTION_KEYS_FILE: Final = "encryption_keys"
SECRET_KEY_CHARACTERS_MIN: Final = 16  # shorter ones can be guessed, and sessions then be forged
KEY_BYTES: Final = 32  # 256 bits, what AES-256 and Fernet both take


def new_secret_key() -> str:
    return secrets.token_urlsafe(48)


def new_encryption_key() -> str:
    """32 random bytes as URL-safe base64: the form of a Fernet key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def parse_encryption_keys(text: str, where: str) -> tuple[str, ...]:
    """The keys of a comma-separated list, newest first. `where` names the setting or file in the fault."""
    keys = tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())
    if not keys:
        raise BadInput(f"{where} holds no key; give one or more, comma-separated, newest first.")
    for number, key in enumerate(keys, start=1):
        try:
            size = len(base64.b64decode(key, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            size = 0
        if size != KEY_BYTES:
            raise BadInput(f"Key {number} in {where} is not {KEY_BYTES} bytes in URL-safe base64; give the key whole.")
    return keys


def kept_or_made(home: Path, name: str, make: Callable[[], str]) -> tuple[str, Path]:
    """The key kept under `name`, made first where there is none; and the file that holds it."""
    folder = home / FOLDER
    path = folder / name
    try:
        if not path.exists():
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            _keep_unless_there(path, make())
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        text = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise BadInput(
            f"Cannot keep keys in {error.filename or folder} ({error.strerror}); let this user write to TIEOUT_HOME, "
            "or set TIEOUT_SECRET_KEY and TIEOUT_ENCRYPTION_KEYS."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not a key file; restore it from a backup.") from error
    if not text:
        raise BadInput(f"{path} is empty; restore it from a backup, or remove it if nothing was sealed yet.")
    return text, path


def add_encryption_key(home: Path) -> str:
    """Puts a new key before the kept ones, so that it seals from now on and the old ones still open; gives it back."""
    text, path = kept_or_made(home, ENCRYPTION_KEYS_FILE, new_encryption_key)
    added = new_encryption_key()
    part = _write_private(path.parent, "\n".join((added, *parse_encryption_keys(text, str(path)))))
    part.replace(path)
    return added


def _keep_unless_there(path: Path, text: str) -> None:
    """A link does not replace: of two processes at once, the first one's key stands."""
    part = _write_private(path.parent, text)
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def _write_private(folder: Path, text: str) -> Path:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".new-")  # mkstemp's mode is 0600
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
