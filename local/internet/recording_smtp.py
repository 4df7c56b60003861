"""aiosmtpd's protocol, with each command and reply noted in a dialogue."""

from collections.abc import Awaitable, Callable
from typing import Any, AnyStr

from aiosmtpd.smtp import SMTP

from local.internet.dialogue import Dialogue

_CLOSING = "421"  # the server closes the connection after this code (RFC 5321, 3.8)
Command = Callable[[str | None], Awaitable[None]]


class RecordingSMTP(SMTP):
    """One connection to a recipient's server."""

    def __init__(self, handler: Any, dialogue: Dialogue, **settings: Any) -> None:
        super().__init__(handler, **settings)
        self._dialogue = dialogue
        # aiosmtpd has no hook that sees each command, only this table of its methods.
        self._smtp_methods = {
            verb: self._recorded(verb, method) for verb, method in self._smtp_methods.items()
        }

    async def push(self, status: AnyStr) -> None:
        text = status if isinstance(status, str) else status.decode("ascii", "replace")
        self._dialogue.server_said(text)
        await super().push(status)
        if text.startswith(_CLOSING) and self.transport:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._dialogue.interrupt()
        super().connection_lost(error)

    def _recorded(self, verb: str, method: Command) -> Command:
        async def command(argument: str | None) -> None:
            if verb == "MAIL":
                self._dialogue.start_transaction()
            elif verb in ("EHLO", "HELO", "RSET", "QUIT"):
                self._dialogue.interrupt()
            self._dialogue.client_said(f"{verb} {argument}" if argument else verb)
            await method(argument)

        return command
