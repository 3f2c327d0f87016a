"""Numbered webhooks: a number that is missing means events that never came, so what they told of is polled for."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from runtime.providers.parts import Event
from runtime.wiring import App
from store import calls
from store.queries.rechecks import ask_all_to_catch_up

_log = logging.getLogger(__name__)


def note_numbers(app: App, provider: str, events: Sequence[Event]) -> bool:
    """Notes the numbers of a delivery; True where some before it are missing.

    They are counted over all companies of the app, so that every connection of the provider is asked to catch up: the
    schedule does so with its next look.
    """
    numbers = [event.sequence for event in events if event.sequence is not None]
    if not numbers:
        return False
    now = app.clock.now()
    with app.database.write() as connection:
        gap = calls.note_sequence(connection, provider, min(numbers), max(numbers), now)
        if gap:
            ask_all_to_catch_up(connection, provider, now)
    if gap:
        _log.warning("%s: webhooks before number %d did not come; every connection catches up", provider, min(numbers))
    return gap
