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

    NOT_ALIGNED = "not_aligned"  # nothing tied it to the domain of its From address
    SAME_ORGANISATION = "same_organisation"  # it went to the sender's own company


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The verdict with its evidence; the doubt to mend first comes first."""

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
        company_domains: domains of the tenant's own mail system, beside its senders.
    """
    if outcome_of(record.facts, record.dispatch).status is not Status.DELIVERED:
        return None
    if _HUMAN_SIGNALS & signals_of(record.facts).keys():
        return Inbox(verdict=Verdict.SEEN)
    alignment = record.claim.alignment if record.claim else None
    found = {
        Doubt.NOT_ALIGNED: alignment is not None and not alignment.is_aligned,
        # The company's gateway takes it over SMTP and then stops what claims to come from inside.
        Doubt.SAME_ORGANISATION: is_same_organisation(
            record, organisational_domain, company_domains
        ),
    }
    doubts = tuple(doubt for doubt, is_there in found.items() if is_there)
    return Inbox(verdict=Verdict.DOUBTFUL if doubts else Verdict.UNVERIFIED, doubts=doubts)


def is_same_organisation(
    record: DeliveryRecord,
    organisational_domain: Callable[[str], str | None],
    company_domains: Collection[str] = (),
) -> bool:
    """Whether sender and recipient are of one company; arguments as for :func:`inbox_of`."""
    recipient = organisational_domain(record.recipient.mailbox.domain)
    own = {organisational_domain(domain) for domain in (record.sender.domain, *company_domains)}
    return recipient is not None and recipient in own
