"""The page's HTTP server: a thread of the world's process, for this machine alone."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from local.page.responses import PageError, Response, failure
from local.page.site import Site
from local.page.views import VIEWS

MOST_FORM_BYTES = 256 * 1024
_QUIET = (ConnectionError, TimeoutError)
"""How a browser that goes away looks from here."""


class PageServer:
    """Serves a site on 127.0.0.1 until it is closed; ``port`` 0 takes a free one."""

    def __init__(self, site: Site, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), site)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="page", daemon=True, args=(0.1,)
        )
        self._thread.start()

    def close(self) -> None:
        """Stop serving; answers under way are cut."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> PageServer:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], site: Site) -> None:
        super().__init__(address, _Handler)
        self.site = site
        self.hosts = {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")}

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], _QUIET):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 30
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("GET", lambda: urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._answer("POST", self._form)

    def _answer(self, method: str, values: Callable[[], str]) -> None:
        response = self._response(method, values)
        self.send_response(response.status)
        for name, value in response.all_headers().items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    def _response(self, method: str, values: Callable[[], str]) -> Response:
        try:
            self._refuse_strangers(method)
            path = urlsplit(self.path).path
            view = VIEWS.get((method, path))
            if view is None:
                raise PageError(HTTPStatus.NOT_FOUND, f"There is no page {path}.")
            return view(self.server.site, dict(parse_qsl(values(), keep_blank_values=True)))
        except PageError as error:
            return failure(error.status, str(error))
        except (BotoCoreError, ClientError, OSError) as error:
            return failure(HTTPStatus.BAD_GATEWAY, f"The local world did not answer: {error}")
        except Exception as error:
            traceback.print_exc()
            return failure(HTTPStatus.INTERNAL_SERVER_ERROR, f"This page failed: {error!r}")

    def _refuse_strangers(self, method: str) -> None:
        """Another site in the same browser may neither read the page nor send with its form."""
        if self.headers.get("Host") not in self.server.hosts:
            raise PageError(HTTPStatus.MISDIRECTED_REQUEST, "This page has another address.")
        origins = {f"http://{host}" for host in self.server.hosts}
        if method == "POST" and self.headers.get("Origin") not in origins:
            self.close_connection = True
            raise PageError(HTTPStatus.FORBIDDEN, "Only this page's own form may send.")

    def _form(self) -> str:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_FORM_BYTES:
            self.close_connection = True
            raise PageError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too much for one email.")
        return self.rfile.read(int(length)).decode("utf-8", "replace")

    def log_message(self, format: str, *values: Any) -> None:  # noqa: A002 (http.server's name)
        """Quiet: the terminal is for the commands."""
