"""A stand-in on a loopback port: HTTP/1.1 with keep-alive, a thread for each connection."""

from __future__ import annotations

import io
import logging
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, Self

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

HOST = "127.0.0.1"
IDLE_SECONDS = 60  # a kept connection on which nobody speaks is let go
_LOG = logging.getLogger("sandbox.server")


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # head and body leave in one packet

    def make_environ(self) -> dict[str, Any]:
        # The body is read here and whole, so that what an application leaves unread is not taken for the next request.
        environ: dict[str, Any] = super().make_environ()
        if environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"].read()
        else:
            body = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        return environ

    def run_wsgi(self) -> None:
        """One call. Werkzeug's own method closes after each reply; this one keeps the connection."""
        self.environ = self.make_environ()
        head: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            head[:] = [(status, headers)]

        chunks: Any = ()
        try:
            chunks = self.server.app(self.environ, start_response)
            self._reply(chunks, head)
        except (ConnectionError, TimeoutError):
            self._hang_up()
        except Exception:  # noqa: BLE001 - whatever an application raises must not end the thread unsaid
            _LOG.exception("%s %s failed", self.command, self.path)
            self._hang_up()
        finally:
            if hasattr(chunks, "close"):
                chunks.close()

    def _reply(self, chunks: Iterable[bytes], head: list[tuple[str, list[tuple[str, str]]]]) -> None:
        iterator = iter(chunks)
        first = next(iterator, b"")  # a lazy application names its status only now
        status, headers = head[0]
        code, _, reason = status.partition(" ")
        bodiless = self.command == "HEAD" or code in {"204", "304"}
        if not bodiless and not any(name.lower() == "content-length" for name, _ in headers):
            first += b"".join(iterator)
            headers = [*headers, ("Content-Length", str(len(first)))]
        if any(name.lower() == "date" for name, _ in headers):
            self.send_response_only(int(code), reason)  # a stand-in has a clock of its own
        else:
            self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if not bodiless:
            self.wfile.write(first)
            for chunk in iterator:
                self.wfile.write(chunk)
                self.wfile.flush()
        self.wfile.flush()

    def _hang_up(self) -> None:
        """Close the socket as it stands: the caller sees fewer bytes than the head promised."""
        self.close_connection = True
        try:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was faster

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The journal keeps the calls; nothing goes to standard error."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's name
        _LOG.log(logging.ERROR if type == "error" else logging.DEBUG, message, *args)


class _Server(ThreadedWSGIServer):
    daemon_threads = True

    def __init__(self, port: int, app: Callable[..., Any]) -> None:
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        # Bound here: where the port is taken, Werkzeug would end the whole process.
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as bound:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((HOST, port))
            bound.listen(self.request_queue_size)
            super().__init__(HOST, bound.getsockname()[1], app, handler=_Handler, fd=bound.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        with self._open_lock:
            held = list(self._open)
        for connection in held:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was faster


class Served:
    """A running server. `url` has no slash at its end; `close` lets go of the port and of every kept connection."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self.port = int(server.port)
        self.url = f"http://{HOST}:{self.port}"
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, name=f"sandbox-{self.port}", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.drop_connections()
        self._server.server_close()
        self._thread.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(app: Callable[..., Any], port: int = 0) -> Served:
    """Serve a WSGI application on 127.0.0.1; port 0 takes a free one, OSError where the port is taken."""
    return Served(_Server(port, app))
