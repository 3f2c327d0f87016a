"""A process of its own that uses a stored token set: `python -m tests.runtime.refresher ORGANISATION CONNECTION START`.

It waits until the file START is there, asks for a live token, and prints its digest.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from pathlib import Path
from uuid import UUID

from runtime.passes import load_row
from runtime.settings import Settings
from runtime.wiring import App


def main(organisation: str, connection: str, start: str) -> None:
    app = App.build(Settings.load())
    source = app.tokens(load_row(app, UUID(organisation), UUID(connection)))
    _say("ready")
    pause = threading.Event()
    while not Path(start).exists():
        pause.wait(0.005)
    tokens = source.current()
    _say(hashlib.sha256(tokens.access_token.encode()).hexdigest())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
