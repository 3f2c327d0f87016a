"""`tieout keys rotate`: a new key, and every token sealed under it."""

from __future__ import annotations

from cli.group import group
from cli.opened import open_app
from ledger.faults import BadInput
from runtime.anchoring import anchor_all
from runtime.keys import add_encryption_key
from runtime.settings import Settings
from store.credentials import reseal_all

app = group("The keys that seal tokens.")


@app.callback()
def keys() -> None:
    """The keys that seal tokens."""


@app.command()
def rotate() -> None:
    """Seal every token under the newest key; on one machine a new key is made first."""
    settings = Settings.load()
    made = next(line.origin for line in settings.shown() if line.name == "TIEOUT_ENCRYPTION_KEYS")
    if not made.startswith("made"):
        if len(settings.encryption_keys) < 2:
            raise BadInput(
                "TIEOUT_ENCRYPTION_KEYS holds one key; put a new one before it, comma-separated, and run again."
            )
    else:
        add_encryption_key(settings.home)
    app_parts = open_app(Settings.load())
    with app_parts.database.write() as connection:
        count = reseal_all(connection, app_parts.sealer)
    anchor_all(app_parts, "rotating", again=True)  # sealed anew, so that the old key may go
    print(
        f"{count} token sets are sealed under the newest key; older keys may be dropped once nobody restores old backups."
    )
