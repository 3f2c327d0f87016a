"""Takes in together what stands at the door: deliveries of one moment share a commit and a turn of the interpreter.

A thread for each delivery, as pages have, makes a process spend most of its time on handing over. Here one thread waits
for deliveries, takes all that stand there, keeps them with one commit and answers each; what comes meanwhile is the next
round. Pages keep their own threads, and however many deliveries come, they take none of those.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from queue import Empty, SimpleQueue
from typing import Any, Final

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import WSGITask

from runtime.logs import redact
from runtime.receiving import Came
from webapp.hooks.door import HEADERS, Address, Door, address_of, line, too_large

TOGETHER_MAX: Final = 64  # deliveries of a round: those after them must not wait for too long
END_SECONDS: Final = 5.0
_log = logging.getLogger(__name__)
_Standing = tuple[HTTPChannel, Any, Address]


def serve_with_porter(application: Any, listening: dict[int, Any], **how: Any) -> Any:
    """A waitress server for what `create_app` makes, whose deliveries go to its door together.

    listening: empty; what the server listens to stands there while it runs. how: as waitress' create_server takes it.
    """
    door: Door = application.wsgi_app
    door.make_ready()
    server = create_server(application, map=listening, **how)
    porter = Porter(door, server.task_dispatcher)
    server.task_dispatcher = porter
    for one in listening.values():
        if isinstance(one, BaseWSGIServer):
            one.task_dispatcher = porter
            one.channel_class = _Line
    return server


class Porter:
    """In the place of the server's dispatcher, which it hands on to what is for the pages."""

    def __init__(self, door: Door, pages: Any) -> None:
        self._door = door
        self._pages = pages
        self._standing: SimpleQueue[_Standing | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="porter", daemon=True)
        self._thread.start()

    def add_task(self, channel: HTTPChannel) -> None:
        """A request has come in whole."""
        request = channel.requests[0]
        address = address_of(request.command, request.path) if request.error is None else None
        if address is None or channel.total_outbufs_len:  # a page before it is still on its way to a slow reader
            self._pages.add_task(channel)
        else:
            self._standing.put((channel, request, address))

    def shutdown(self, **how: Any) -> bool:
        """What stands there is still taken in and answered."""
        self._standing.put(None)
        self._thread.join(END_SECONDS)
        done: bool = self._pages.shutdown(**how)
        return done

    def _run(self) -> None:
        while (first := self._standing.get()) is not None:
            together = [first]
            ended = False
            while len(together) < TOGETHER_MAX and not ended:
                try:
                    more = self._standing.get_nowait()
                except Empty:
                    break
                if more is None:
                    ended = True
                else:
                    together.append(more)
            self._take_in(together)
            if ended:
                return

    def _take_in(self, together: Sequence[_Standing]) -> None:
        """Whatever happens, this thread must not end, and each is answered: the provider sends again what was not kept."""
        left = dict(enumerate(together))
        try:
            for place, status in self._found(together):
                _answer(*left.pop(place), status)
        except Exception as fault:  # noqa: BLE001 as said
            _log.error("webhooks not kept, they will be sent again: %s", redact(repr(fault)))
        for standing in left.values():
            _answer(*standing, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _found(self, together: Sequence[_Standing]) -> Iterator[tuple[int, HTTPStatus]]:
        """Of each, as soon as it is known: one that is refused does not wait for what is kept."""
        came = []
        places = []
        for place, (_, request, address) in enumerate(together):
            if too_large(request.headers.get("CONTENT_LENGTH", "0")):
                yield place, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            else:
                came.append(Came(address.provider, _body(request), _headers(request), address.connection_id))
                places.append(place)
        for number, status in self._door.statuses(came):
            yield places[number], status


def _answer(channel: HTTPChannel, request: Any, _address: Address, status: HTTPStatus) -> None:
    request.answer = status
    try:
        channel.service()
    except Exception as fault:  # noqa: BLE001 the others are to be answered, too
        _log.error("a webhook was not answered: %s", redact(repr(fault)))


class _Answered(WSGITask):  # type: ignore[misc] # waitress tells no types
    """Says what was found already; asks the application where nothing was."""

    def execute(self) -> None:
        status = getattr(self.request, "answer", None)
        if status is None:
            super().execute()
            return
        self.status = line(status)
        self.response_headers = list(HEADERS)
        self.content_length = 0
        self.complete = True


class _Line(HTTPChannel):  # type: ignore[misc] # waitress tells no types
    task_class = _Answered


def _body(request: Any) -> bytes:
    raw: bytes = request.get_body_stream().read()
    return raw


def _headers(request: Any) -> dict[str, str]:
    """By lower-case names, as their bytes read in Latin-1."""
    return {name.replace("_", "-").lower(): value for name, value in request.headers.items()}
