"""What the CRM calls a guest or a booking: its own words, by which it finds emails again."""

from dataclasses import dataclass
from enum import StrEnum

from bellhop.domain.emails import DeliveryRecord


class ReferenceKind(StrEnum):
    """What a reference names; the same text of another kind is another reference."""

    CONTACT_REF = "contact_ref"  # the guest
    REFERENCE = "reference"  # what the email is about, such as a booking


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference as the CRM spells it; it may be personal data, as a name or a booking is."""

    kind: ReferenceKind
    text: str


def references_of(record: DeliveryRecord) -> list[Reference]:
    """The references that were given with an email."""
    given = {
        ReferenceKind.CONTACT_REF: record.recipient.contact_ref,
        ReferenceKind.REFERENCE: record.reference,
    }
    return [Reference(kind=kind, text=text) for kind, text in given.items() if text]
