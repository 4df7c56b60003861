"""Whom an email can be for: one address for each character of the internet and the simulator."""

from collections.abc import Sequence
from dataclasses import dataclass

from local.internet.characters import domain_stories, load_mailboxes
from local.ses.simulator import DOMAIN as SIMULATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """An address, and in words what is peculiar about it."""

    address: str
    story: str


def internet_guests() -> Sequence[Guest]:
    """The mailboxes, and somebody at each domain that has none, in the order of the files."""
    return [
        *(Guest(address=row.address, story=row.story) for row in load_mailboxes()),
        *(
            Guest(address=f"ana@{domain}", story=story)
            for domain, story in domain_stories().items()
        ),
    ]


def simulated_guests() -> Sequence[Guest]:
    """The addresses of SES's mailbox simulator; they reach no server."""
    stories = {
        "success": "Simulated: accepted",
        "bounce": "Simulated: an unknown user",
        "ooto": "Simulated: accepted, and answered by an absence note",
        "complaint": "Simulated: accepted, and called spam",
        "suppressionlist": "Simulated: on SES's own list",
    }
    return [Guest(address=f"{name}@{SIMULATOR}", story=story) for name, story in stories.items()]
