"""`tieout serve`, `web`, `worker`, `schedule`: everything in one place, or its parts."""

from __future__ import annotations

import logging
import socket
import sys
from typing import Annotated

import typer

from cli.opened import open_app
from connectors.statement.unpacked import BYTES_MAX
from ledger.faults import BadInput, Unreachable
from runtime import logs, priority, whereabouts
from runtime.pack import Pack
from runtime.queue import Nudges
from runtime.queue import worker as queue_worker
from runtime.serving import Machine, Schedule, on_signals
from runtime.wiring import App
from webapp.app import create_app
from webapp.hooks.porter import serve_with_porter
from webapp.statements.pages import FORM_ROOM

PORT = 8765
WEB_THREADS = 8
LINES_MAX = 1_000  # open at once, most of them idle: above this, callers wait; a proxy in front holds many more

Host = Annotated[str, typer.Option(help="Address to listen on; only this machine unless told.")]
Processes = Annotated[int, typer.Option(min=1, max=64, help="Processes that answer; one a core serves the most.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]


def serve(host: Host = "127.0.0.1", port: Port = PORT) -> None:
    """Web, worker and schedule on this machine, with the queue that comes along unless TIEOUT_REDIS_URL is set."""
    logs.configure()
    app = open_app()
    with Machine(app) as machine:
        run_web(app, machine.nudges, host, port)


def web(host: Host = "127.0.0.1", port: Port = PORT, processes: Processes = 1) -> None:
    """The web alone, over PostgreSQL and Redis."""
    logs.configure()
    if processes == 1:
        _web(host, port, None)
        return
    with _listening(host, port) as listener:
        Pack(processes, lambda: _web(host, port, listener)).run()


def _web(host: str, port: int, listener: socket.socket | None) -> None:
    app = open_app()
    run_web(app, Nudges(_redis(app)), host, port, listener)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that all processes of the web take connections from."""
    try:
        listener = socket.create_server((host, port), family=_family(host), backlog=1_024)
    except OSError as error:
        raise _port_refused(port, error) from None
    listener.setblocking(False)
    return listener


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _port_refused(port: int, error: OSError) -> BadInput:
    return BadInput(f"Port {port} cannot be used ({error.strerror}); choose another with --port.")


def worker() -> None:
    """A worker of the queue; run as many as there are cores."""
    logs.configure()
    app = open_app()
    priority.stand_back()
    priority.settle_in()
    queue_worker(_redis(app)).work(with_scheduler=True, logging_level="WARNING")


def schedule() -> None:
    """The schedule alone: nudges what is due. Run one."""
    logs.configure()
    app = open_app()
    running = Schedule(app, Nudges(_redis(app)))
    on_signals(running.stop)
    running.run()


def run_web(app: App, nudges: Nudges | None, host: str, port: int, listener: socket.socket | None = None) -> None:
    """Serves until it is stopped. `listener`: a socket that is bound to the address already."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a burst of webhooks waits a moment, by design
    where = {"host": host, "port": port} if listener is None else {"sockets": [listener]}
    try:
        server = serve_with_porter(
            create_app(app, nudges),
            {},
            **where,
            threads=WEB_THREADS,
            ident=None,
            connection_limit=LINES_MAX,
            asyncore_use_poll=True,  # select() ends at 1,024 files
            max_request_body_size=BYTES_MAX + FORM_ROOM,
            # what a proxy in front says of the caller is read by the app, and only where TIEOUT_BASE_URL is https
            clear_untrusted_proxy_headers=False,
        )
    except OSError as error:
        raise _port_refused(port, error) from None

    def stop() -> None:
        raise KeyboardInterrupt

    on_signals(stop)
    priority.settle_in()
    whereabouts.note(app.settings, host, port)
    print(f"Tieout is at http://{host}:{port}", file=sys.stderr, flush=True)
    try:
        server.run()
    finally:
        server.close()


def _redis(app: App) -> str:
    if app.settings.redis_url is None:
        raise Unreachable("There is no queue: set TIEOUT_REDIS_URL, or run `tieout serve`, which brings its own.")
    return app.settings.redis_url
