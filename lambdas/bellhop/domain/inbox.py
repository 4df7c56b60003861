"""Accepted is not read: what can be known about the inbox after a delivery.

``delivered`` means that the recipient's server took the email. Whether somebody has it in hand is
``seen``, ``doubtful`` (with reasons) or ``unverified``; no percentage is invented.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.status import Signal, Status, outcome_of, signals_of


class Verdict(StrEnum):
    """How sure it is that the recipient has the email in hand."""

    SEEN = "seen"
    DOUBTFUL = "doubtful"
    UNVERIFIED = "unverified"


class Doubt(StrEnum):
    """Why an accepted email may not be in the inbox."""

    SAME_ORGANISATION = "same_organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The verdict with its evidence."""

    verdict: Verdict
    doubts: tuple[Doubt, ...] = ()


# Signals that only a person who holds the email gives; an image is loaded by machines too.
_HUMAN_SIGNALS = {Signal.COMPLAINED, Signal.UNSUBSCRIBED, Signal.CLICKED}


def inbox_of(
    record: DeliveryRecord,
    organisational_domain: Callable[[str], str | None],
    company_domains: Collection[str] = (),
) -> Inbox | None:
    """What is known about the inbox of a delivered email; ``None`` for one not delivered.

    Args:
        record: the delivery record.
        organisational_domain: maps a domain to the part that its owner registered
            (RFC 9989, section 4.10), or ``None`` where there is none.
        company_domains: further domains of the tenant's own mail system.
    """
    if outcome_of(record.facts, record.dispatch).status is not Status.DELIVERED:
        return None
    if _HUMAN_SIGNALS & signals_of(record.facts).keys():
        return Inbox(verdict=Verdict.SEEN)
    recipient = organisational_domain(record.recipient.mailbox.domain)
    own = {organisational_domain(domain) for domain in (record.sender.domain, *company_domains)}
    if recipient and recipient in own:
        # The company's gateway takes it over SMTP and then stops what claims to come from inside.
        return Inbox(verdict=Verdict.DOUBTFUL, doubts=(Doubt.SAME_ORGANISATION,))
    return Inbox(verdict=Verdict.UNVERIFIED)
