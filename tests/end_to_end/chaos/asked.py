"""What the hotels ask for in a run: the same requests for the same seed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from local.characters.guests import internet_guests

ORDINARY = ("elena.ruiz@correo.test", "irene.gil@correo-lila.test")
"""Guests whose servers take everything; each fifth email is for somebody else."""
SIZES = (1, 1, 1, 3, 10, 20)  # emails of one request
SHORT_LIFE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of a hotel's CRM.

    Attributes:
        key: its Idempotency-Key.
        domain: of the hotel.
        addresses: one for each email; each is used once.
        is_batch: each email is an item of ``POST /v1/emails/batch``.
        is_posted_twice: at the same time, as by a CRM that lost patience.
        is_cancelled: taken back at once; perhaps too late.
        is_short_lived: may be sent for :data:`SHORT_LIFE` only.
    """

    key: str
    domain: str
    addresses: Sequence[str]
    is_marketing: bool
    is_at_most_once: bool
    is_batch: bool
    is_posted_twice: bool
    is_cancelled: bool
    is_short_lived: bool

    @property
    def path(self) -> str:
        return "/v1/emails/batch" if self.is_batch else "/v1/emails"

    def body(self, now: datetime) -> dict[str, Any]:
        """What is posted; a request that is posted again has the ``now`` of its first time."""
        if self.is_batch:
            return {"emails": [self._email([address], now) for address in self.addresses]}
        return self._email(self.addresses, now)

    def _email(self, addresses: Sequence[str], now: datetime) -> dict[str, Any]:
        url = {"unsubscribe_url": f"https://crm.{self.domain}/u/1"} if self.is_marketing else {}
        until = {"not_after": (now + SHORT_LIFE).isoformat()} if self.is_short_lived else {}
        return {
            "from": {"address": f"reservas@{self.domain}", "name": "Hotel"},
            "to": [{"address": address, **url} for address in addresses],
            "class": "marketing" if self.is_marketing else "transactional",
            "guarantee": "at_most_once" if self.is_at_most_once else "at_least_once",
            "subject": "Su reserva",
            "html": "<p>Hasta pronto</p>",
            **until,
        }


def requests(seed: int, emails: int, name: str = "") -> Iterator[Request]:
    """Requests with so many emails together; ``name`` keeps a second run in one world apart."""
    chance = random.Random(f"{seed} asked")  # noqa: S311 (repeatable, not secret)
    addresses = _addresses(f"{seed}{name}", emails)
    for number in itertools.count():
        size = chance.choice(SIZES)
        happens = [chance.random() for _ in range(7)]
        if not (part := tuple(itertools.islice(addresses, size))):
            return
        is_marketing, is_alone = happens[0] < 0.2, len(part) == 1
        yield Request(
            key=f"chaos-{seed}{name}-{number}",
            domain="hotel-mar.test" if happens[1] < 0.3 else "hotel-sol.test",
            addresses=part,
            is_marketing=is_marketing,
            # Of marketing SES tells no sending: after a short window silence proves nothing.
            is_at_most_once=is_marketing or happens[2] < 0.3,
            is_batch=happens[3] < 0.3,
            is_posted_twice=happens[4] < 0.2,
            is_cancelled=is_alone and happens[5] < 0.2,
            is_short_lived=is_alone and happens[6] < 0.2,
        )


def later_requests(seed: int, number: int) -> Iterator[Request]:
    """What a hotel asks for on the next day: an email in each lane."""
    for lane in ("transactional", "marketing"):
        yield Request(
            key=f"chaos-{seed}-later-{lane}-{number}",
            domain="hotel-sol.test",
            addresses=[f"elena.ruiz+later{number}.{lane}.{seed}@correo.test"],
            is_marketing=lane == "marketing",
            is_at_most_once=True,
            is_batch=False,
            is_posted_twice=False,
            is_cancelled=False,
            is_short_lived=False,
        )


def _addresses(name: str, emails: int) -> Iterator[str]:
    """Mostly ordinary guests; each fifth is the next character of the local internet."""
    ordinary = itertools.cycle(ORDINARY)
    characters = itertools.cycle(guest.address for guest in internet_guests())
    for number in range(emails):
        address = next(ordinary if number % 5 else characters)
        local_part, _, domain = address.partition("@")
        yield f"{local_part}+chaos{name}.{number}@{domain}"


def now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)
