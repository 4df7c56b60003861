"""Writes down what SES says of an email: on its record, and on the contact where it must not be
mailed again. Order and repetition make no difference."""

from dataclasses import dataclass
from enum import StrEnum

from bellhop.domain.contacts import COMPLAINT, Suppression
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId
from bellhop.domain.reasons import REASONS, Reason
from bellhop.usecases.ports import Contacts, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailEvent:
    """One thing that SES said about one recipient.

    Attributes:
        email_id: from our own tag; ``None`` where the event is not about an email of ours.
        fact: what was said.
    """

    email_id: EmailId | None
    fact: Fact


class Recording(StrEnum):
    """What became of an event."""

    ADDED = "added"
    REPEATED = "repeated"
    NOT_NEEDED = "not_needed"  # it says what the record says already
    UNMATCHED = "unmatched"  # no email of ours, or a record that has expired


def record_event(event: EmailEvent, *, records: Records, contacts: Contacts) -> Recording:
    """Adds an event's fact to its email's record, and suppresses the contact if it demands that."""
    if event.email_id is None:
        return Recording.UNMATCHED
    if event.fact.kind is FactKind.SEND and _knows_it_was_sent(event, records):
        return Recording.NOT_NEEDED
    addition = records.add(event.email_id, event.fact)
    if addition is None:
        return Recording.UNMATCHED
    _suppress(addition.record, event.fact, contacts)
    return Recording.ADDED if addition.is_new else Recording.REPEATED


def _knows_it_was_sent(event: EmailEvent, records: Records) -> bool:
    """A read costs a tenth of the write that it saves; nearly every Send event is such a one."""
    record = records.get(event.email_id) if event.email_id else None
    return record is not None and any(
        fact.kind is FactKind.SENT and fact.attempt == event.fact.attempt for fact in record.facts
    )


def _suppress(record: DeliveryRecord, fact: Fact, contacts: Contacts) -> None:
    reason = suppression_reason(fact)
    if reason is None:
        return
    contacts.suppress(
        tenant=record.tenant,
        key=record.id.contact,
        address=record.recipient.mailbox.address,
        suppression=Suppression(
            identity=fact.identity, reason=reason, at=fact.at, email_id=str(record.id)
        ),
    )


def suppression_reason(fact: Fact) -> str | None:
    """Why this fact alone stops its contact from being mailed; ``None`` if it does not."""
    if fact.kind is FactKind.COMPLAINT:
        return COMPLAINT
    if fact.kind is not FactKind.BOUNCE:
        return None
    reason = Reason(fact.detail["reason"])
    permanent = fact.detail.get("bounce_type") == "Permanent"
    at_once = REASONS[reason].suppression.count == 1 or reason is Reason.SUPPRESSED
    return reason.value if permanent and at_once else None
