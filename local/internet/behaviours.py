"""What a server does with mail for one mailbox: one row for each kind of behaviour."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from local.internet.characters import Mailbox
from local.internet.transcripts import LaterKind, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A sender asks, at RCPT or after DATA, whether a mailbox takes its message.

    seconds_waited: since this client first asked for this sender and this recipient.
    """

    mailbox: Mailbox
    phase: Phase
    seconds_waited: float


# The name or the text of the reply that ends the attempt; None lets it go on.
Judge = Callable[[Attempt], Awaitable[str | None]]


async def _lets_pass(_attempt: Attempt) -> str | None:
    return None


async def _refuses(attempt: Attempt) -> str | None:
    return attempt.mailbox.reply if attempt.phase == attempt.mailbox.phase else None


async def _greylists(attempt: Attempt) -> str | None:
    """RFC 6647: the same client, sender and recipient are let in after a while."""
    return attempt.mailbox.reply if attempt.seconds_waited < attempt.mailbox.seconds else None


async def _stalls(attempt: Attempt) -> str | None:
    """A tarpit: senders with less patience give up first."""
    if attempt.phase == attempt.mailbox.phase:
        await asyncio.sleep(attempt.mailbox.seconds)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What is peculiar about a kind of mailbox.

    judge: asked at RCPT and again after DATA.
    hangs_up: in the middle of the message, until the mailbox's seconds are over.
    later: what follows an accepted message.
    """

    judge: Judge = _lets_pass
    hangs_up: bool = False
    later: LaterKind | None = None
    needs_reply: bool = False


BEHAVIOURS: Mapping[str, Behaviour] = {
    "accepts": Behaviour(),
    "refuses": Behaviour(judge=_refuses, needs_reply=True),
    "greylists": Behaviour(judge=_greylists, needs_reply=True),
    "stalls": Behaviour(judge=_stalls),
    "hangs_up": Behaviour(hangs_up=True),
    "bounces": Behaviour(later=LaterKind.BOUNCED, needs_reply=True),
    "complains": Behaviour(later=LaterKind.COMPLAINED),
}


class FirstTries:
    """Remembers when a client first asked for a sender and a recipient."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str, str], float] = {}

    def seconds_since(self, client: str, sender: str, recipient: str) -> float:
        """0.0 at the first time."""
        now = time.monotonic()
        return now - self._times.setdefault((client, sender.lower(), recipient.lower()), now)
