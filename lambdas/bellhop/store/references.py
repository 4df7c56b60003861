"""What leads from a reference of the CRM's to emails: ``F#<hash>`` / ``E#<ulid>#<contact key>``."""

from datetime import timedelta

from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.identifiers import EmailId, reference_key
from bellhop.domain.references import references_of
from bellhop.store.record_codec import expiry
from bellhop.store.table import ReferenceItem


def pointers_of(record: DeliveryRecord, keep: timedelta) -> list[ReferenceItem]:
    """The items that lead to a record, one for each reference given with it."""
    return [
        ReferenceItem(
            reference_key(record.tenant, reference.kind, reference.text),
            f"E#{record.id.ulid}#{record.id.contact}",
            tenant=record.tenant,
            expires_at=expiry(record.id, keep),
        )
        for reference in references_of(record)
    ]


def pointed_at(item: ReferenceItem) -> EmailId:
    """The email that an item leads to."""
    _, ulid, contact = item.sk.split("#")
    return EmailId(contact, ulid)
