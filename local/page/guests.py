"""The guests: every mailbox that a server knows, and every address that somebody wrote to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from local.internet import Internet, Transcript
from local.internet.characters import Mailbox

MOST_OTHERS = 100
"""Addresses listed beside the mailboxes, the last ones that were written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One address.

    Attributes:
        character: what its server does with mail for it, in a few words.
        messages: how many messages lie in its mailbox.
        last: what its server said last; None if it was never asked.
    """

    address: str
    character: str
    messages: int
    last: Transcript | None


def guests(internet: Internet) -> list[Guest]:
    """The mailboxes in the order of their data, then other addresses, the newest first."""
    transcripts = internet.transcripts.all()
    last = {each.recipient.lower(): each for each in transcripts}
    mailboxes = [mailbox.address for mailbox in internet.servers.mailboxes()]
    others = [address for address in _newest_first(transcripts) if address not in set(mailboxes)]
    return [
        Guest(
            address=address,
            character=character(internet.servers.mailbox(address)),
            messages=sum(
                message.recipient.lower() == address for message in internet.mailbox(address)
            ),
            last=last.get(address),
        )
        for address in (*mailboxes, *others[:MOST_OTHERS])
    ]


def _newest_first(transcripts: Sequence[Transcript]) -> list[str]:
    return list(dict.fromkeys(each.recipient.lower() for each in reversed(transcripts)))


def character(mailbox: Mailbox | None) -> str:
    """What a server does with mail for a mailbox; None is one that it does not know."""
    if mailbox is None:
        return "no such mailbox"
    reply = f": {mailbox.reply.replace('_', ' ')}" if mailbox.reply else ""
    seconds = f" ({mailbox.seconds:g} s)" if mailbox.seconds else ""
    return f"{mailbox.behaviour.replace('_', ' ')}{reply}{seconds}"
