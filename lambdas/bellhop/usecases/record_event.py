"""Writes down what SES says of an email: on its record, and on the contact where it must not be
mailed again. Order and repetition make no difference.

An event that finds no record has one of four ends, each counted; see :class:`Recording`. A record
is never brought back, but what condemns an address still does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bellhop.domain.contacts import RECENT_EMAILS, Suppression
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId, contact_key
from bellhop.domain.reasons import Reason
from bellhop.domain.silence import ends_silence
from bellhop.domain.suppression import counted, demand_of, suppression_by
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.usecases.ports import FactRecords, SuppressedContacts, Tenants

SettingsOf = Callable[[str], TenantSettings | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailEvent:
    """One thing that SES said about one recipient.

    Attributes:
        email_id: from our own tag; ``None`` where the event is not about an email of ours.
        tenant: from our own tag; empty where the event carries none.
        address: whom SES was asked to send to; empty where the event does not say.
        has_unrecognised: whether it says something in words that Bellhop does not know.
        fact: what was said.
        configuration_set: through which the message went; empty where the event does not say.
        sent_at: when SES took the message.
    """

    email_id: EmailId | None
    tenant: str = ""
    address: str = ""
    has_unrecognised: bool = False
    fact: Fact
    configuration_set: str = ""
    sent_at: datetime | None = None


class Recording(StrEnum):
    """What became of an event."""

    ADDED = "added"
    FIRST_NEWS = "first_news"  # added, and of this attempt nothing was heard before
    REPEATED = "repeated"
    NOT_NEEDED = "not_needed"  # it says what the record says already
    FOREIGN = "foreign"  # another system's: no tag of ours, or an id that Bellhop did not give
    EXPIRED = "expired"  # the record is no more
    ERASED = "erased"  # the contact was erased
    TENANT_GONE = "tenant_gone"  # the hotel is no more, and nothing of its guests is kept


def record_event(
    event: EmailEvent,
    *,
    records: FactRecords,
    contacts: SuppressedContacts,
    tenants: Tenants,
    settings_of: SettingsOf = lambda _tenant: None,
) -> Recording:
    """Adds an event's fact to its email's record, and suppresses the contact if it demands that.

    ``settings_of`` a tenant is asked only where bounces are counted; ``None`` are the defaults.
    """
    if event.email_id is None:
        return Recording.FOREIGN
    if event.fact.kind is FactKind.SEND and _knows_it_was_sent(event, records):
        return Recording.NOT_NEEDED
    addition = records.add(event.email_id, event.fact)
    if addition is None:
        return _without_record(event.email_id, event, contacts, tenants)
    if suppression := _suppression_by(addition.record, event.fact, records, contacts, settings_of):
        _suppress(addition.record, suppression, contacts)
    if not addition.is_new:
        return Recording.REPEATED
    is_first = ends_silence(addition.record, event.fact)
    return Recording.FIRST_NEWS if is_first else Recording.ADDED


def _knows_it_was_sent(event: EmailEvent, records: FactRecords) -> bool:
    """A read costs a tenth of the write that it saves; nearly every Send event is such a one."""
    record = records.get(event.email_id) if event.email_id else None
    return record is not None and any(
        fact.kind is FactKind.SENT and fact.attempt == event.fact.attempt for fact in record.facts
    )


def _suppression_by(
    record: DeliveryRecord,
    fact: Fact,
    records: FactRecords,
    contacts: SuppressedContacts,
    settings_of: SettingsOf,
) -> Suppression | None:
    """The suppression that a fact brings about, by itself or with others of the contact."""
    demand = demand_of(fact)
    if demand.rule.count == 0:
        return None
    if demand.rule.count == 1:
        return suppression_by(record.id, fact, demand.cause)
    settings = settings_of(record.tenant) or TenantSettings()
    contact = contacts.get(record.id.contact)
    page, _ = records.page(record.id.contact, limit=RECENT_EMAILS, before=None)
    return counted(
        demand,
        page,
        contact.cleared_at if contact else None,
        settings.suppression_rule(Reason(demand.cause)),
    )


def _suppress(
    record: DeliveryRecord, suppression: Suppression, contacts: SuppressedContacts
) -> None:
    contacts.suppress(
        tenant=record.tenant,
        key=record.id.contact,
        address=record.recipient.mailbox.address,
        suppression=suppression,
    )


def _without_record(
    email_id: EmailId, event: EmailEvent, contacts: SuppressedContacts, tenants: Tenants
) -> Recording:
    """Honours what suppresses at once; a bounce that must be counted proves nothing alone."""
    contact = contacts.get(email_id.contact)
    if contact:
        tenant, address = contact.tenant, contact.address
        end = Recording.ERASED if contact.erased_at else Recording.EXPIRED
    else:
        tenant, address = event.tenant, event.address
        end = _end_without_contact(email_id, event, tenants)
    demand = demand_of(event.fact)
    if end in {Recording.EXPIRED, Recording.ERASED} and demand.rule.count == 1:
        contacts.suppress(
            tenant=tenant,
            key=email_id.contact,
            address=address,
            suppression=suppression_by(email_id, event.fact, demand.cause),
        )
    return end


def _end_without_contact(email_id: EmailId, event: EmailEvent, tenants: Tenants) -> Recording:
    """An id proves nothing: tenant and address are believed where they make the contact's key."""
    if contact_key(event.tenant, event.address) != email_id.contact:
        return Recording.FOREIGN
    return Recording.EXPIRED if tenants.exists(event.tenant) else Recording.TENANT_GONE
