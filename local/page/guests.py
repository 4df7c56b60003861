"""The guests: every address that somebody wrote to, and every mailbox and domain with a story."""

from __future__ import annotations

from dataclasses import dataclass

from local.internet import Internet, Transcript
from local.internet.characters import domain_stories

MOST_ASKED = 100
"""Addresses listed of those that were written to, the last ones."""
ANYBODY = "sofia"
"""Who is written to at a domain without mailboxes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One address.

    Attributes:
        story: what becomes of mail for it.
        messages: how many messages to this very address lie in its mailbox.
        last: what its server said last; None if it was never asked.
    """

    address: str
    story: str
    messages: int
    last: Transcript | None


def guests(internet: Internet) -> list[Guest]:
    """First who was written to, the newest first; then everybody else in the order of the data."""
    last = {each.recipient.lower(): each for each in internet.transcripts.all()}
    asked = sorted(last, key=lambda address: last[address].time, reverse=True)[:MOST_ASKED]
    mailboxes = [mailbox.address for mailbox in internet.servers.mailboxes()]
    nowhere = [f"{ANYBODY}@{domain}" for domain in domain_stories()]
    return [
        Guest(
            address=address,
            story=story(internet, address),
            messages=sum(
                message.recipient.lower() == address for message in internet.mailbox(address)
            ),
            last=last.get(address),
        )
        for address in dict.fromkeys([*asked, *mailboxes, *nowhere])
    ]


def story(internet: Internet, address: str) -> str:
    """What is peculiar about an address, as the data of the characters says it."""
    mailbox = internet.servers.mailbox(address)
    if mailbox:
        return mailbox.story or mailbox.behaviour
    return domain_stories().get(address.rpartition("@")[2].lower(), "Nobody has this address")
