"""The HTTP side of the endpoint: sockets and threads, nothing of SES."""

import contextlib
import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request; header names are lower case, `path` still percent-encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    source_ip: str


class Cut(StrEnum):
    """Where the connection ends before the answer does."""

    NOWHERE = "nowhere"
    BEFORE = "before the first byte"
    BODY = "in the middle of the body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer, whole unless `cut` says otherwise."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: Cut = Cut.NOWHERE


class HttpServer:
    """Serves `handle` on a free loopback port, a thread for each connection, until `close`."""

    def __init__(self, handle: Callable[[Request], Answer]) -> None:
        self._server = _Server(handle)
        self._thread = Thread(target=self._serve, name="ses-http", daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        """The URL to give to an AWS SDK, without a trailing slash."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def close(self) -> None:
        """Stops listening, ends open connections and waits for their threads."""
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.1)


class _Server(ThreadingHTTPServer):
    """Knows its connections and their threads: a keep-alive client would never let them end."""

    request_queue_size = 128

    def __init__(self, handle: Callable[[Request], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.handle = handle
        self._connections: dict[Any, Thread] = {}
        self._lock = Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="ses-connection",
            daemon=True,
        )
        with self._lock:
            self._connections[request] = thread
        thread.start()

    def close_request(self, request: Any) -> None:
        super().close_request(request)
        with self._lock:
            self._connections.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request
        _log.debug("connection of %s ended early", client_address, exc_info=True)

    def hang_up(self) -> None:
        """Ends every open connection and waits for its thread."""
        with self._lock:
            connections = dict(self._connections)
        for connection, thread in connections.items():
            with contextlib.suppress(OSError):  # the client may have been faster
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        answer = self.server.handle(self._request())
        if answer.cut is not Cut.BEFORE:
            self._write(answer)
        if answer.cut is not Cut.NOWHERE:
            self.close_connection = True

    def _write(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        length = len(answer.body) // 2 if answer.cut is Cut.BODY else len(answer.body)
        self.wfile.write(answer.body[:length])

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _serve  # noqa: N815  # http.server's names

    def _request(self) -> Request:
        target = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        return Request(
            method=self.command,
            path=target.path,
            query=target.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
            source_ip=self.client_address[0],
        )

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Quiet: operations are recorded by the operation log."""
