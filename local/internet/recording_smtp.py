"""aiosmtpd's protocol, with each command and reply noted in a dialogue."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, AnyStr

from aiosmtpd.smtp import SMTP

from local.internet.dialogue import Dialogue
from local.internet.receiver import Receiver

_CLOSING = "421"  # the server closes the connection after this code (RFC 5321, 3.8)
_GO_ON = "354"  # the message may come
Command = Callable[[str | None], Awaitable[None]]


class RecordingSMTP(SMTP):
    """One connection to a recipient's server, with the manners that its receiver decides."""

    def __init__(self, receiver: Receiver, dialogue: Dialogue, **settings: Any) -> None:
        super().__init__(receiver, **settings)
        self._receiver = receiver
        self._dialogue = dialogue
        # aiosmtpd has no hook that sees each command, only this table of its methods.
        self._smtp_methods = {
            verb: self._recorded(verb, method) for verb, method in self._smtp_methods.items()
        }

    async def push(self, status: AnyStr) -> None:
        text = status if isinstance(status, str) else status.decode("ascii", "replace")
        if text[3:4] != "-":
            await asyncio.sleep(self._receiver.reply_seconds())
        self._dialogue.server_said(text)
        await super().push(status)
        if text.startswith(_CLOSING) and self.transport:
            self.transport.close()
        elif text.startswith(_GO_ON):
            await self._perhaps_hang_up()

    def hang_up(self) -> None:
        """Cut the connection without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self._dialogue.interrupt()
        super().connection_lost(error)

    async def _perhaps_hang_up(self) -> None:
        """In the middle of the message: its first line has come."""
        assert self.envelope is not None, "DATA comes after MAIL"
        if self._receiver.hangs_up(self.envelope.rcpt_tos):
            await self._reader.readline()
            self.hang_up()

    async def _handle_client(self) -> None:
        assert self.transport is not None, "the connection has just been made"
        refusal = self._receiver.turned_away(self.transport.get_extra_info("peername")[0])
        if not refusal:
            await super()._handle_client()
            return
        await self.push(refusal)
        if self.transport:
            self.transport.close()

    def _recorded(self, verb: str, method: Command) -> Command:
        async def command(argument: str | None) -> None:
            if verb == "MAIL":
                self._dialogue.start_transaction()
            elif verb in ("EHLO", "HELO", "RSET", "QUIT"):
                self._dialogue.interrupt()
            self._dialogue.client_said(f"{verb} {argument}" if argument else verb)
            await method(argument)

        return command
