"""An aiosmtpd controller on a port that nobody else can take."""

import socket
from collections.abc import Awaitable
from typing import Any

from aiosmtpd.controller import Controller


class FreePortController(Controller):
    """Binds when it is made, so that the port is known and no other process takes it meanwhile."""

    def __init__(self, handler: Any, **options: Any) -> None:
        """`options` are those of aiosmtpd's `Controller` and `SMTP`."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        port = self._socket.getsockname()[1]
        super().__init__(handler, hostname="127.0.0.1", port=port, **options)

    @property
    def endpoint(self) -> tuple[str, int]:
        """Address and port."""
        return "127.0.0.1", self.port

    def _create_server(self) -> Awaitable[Any]:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)
