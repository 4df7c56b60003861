"""Finds emails and contacts for somebody who asks. A record of another tenant is not found."""

from dataclasses import dataclass

from bellhop.domain.contacts import RECENT_EMAILS, Contact, Lifting
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.errors import ContactNotFoundError, EmailNotFoundError
from bellhop.domain.identifiers import EmailId, parse_contact_id
from bellhop.usecases.ports import Contacts, Records, Requests


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """A contact with its emails, newest first.

    Attributes:
        recent: by which the contact is judged, whichever page is asked for; at least its newest
            fifty where it has so many.
        emails: the page that is asked for.
        has_more: whether the contact has older ones.
    """

    key: str
    contact: Contact | None
    recent: tuple[DeliveryRecord, ...]
    emails: tuple[DeliveryRecord, ...]
    has_more: bool

    @property
    def newest(self) -> DeliveryRecord | None:
        """The newest email, or ``None`` where none is left."""
        return self.recent[0] if self.recent else None

    @property
    def liftings(self) -> tuple[Lifting, ...]:
        """Who lifted a suppression, oldest first."""
        return self.contact.liftings if self.contact else ()

    @property
    def address(self) -> str:
        """As its newest email was addressed; empty for an erased contact without emails."""
        if self.newest:
            return self.newest.recipient.mailbox.address
        return self.contact.address if self.contact else ""


def find_email(text: str, *, tenant: str, records: Records, requests: Requests) -> DeliveryRecord:
    """The record of an email; while it waits in its queue, as its request says it.

    Raises:
        EmailNotFoundError: not an email of this tenant's.
    """
    email_id = EmailId.parse(text)
    record = records.get(email_id) if email_id else None
    if record and record.tenant == tenant:
        return record
    if email_id and record is None:
        request = requests.get(tenant, email_id.request)
        for email in request.emails if request else ():
            if email.id == email_id:
                return email
    raise EmailNotFoundError(
        f"There is no email {text[:80]!r}. Ids start with em_ and come with the answer to "
        "POST /v1/emails."
    )


def find_contact(
    text: str,
    *,
    tenant: str,
    limit: int,
    before: str | None,
    records: Records,
    contacts: Contacts,
) -> ContactView:
    """A contact by its id.

    Raises:
        ContactNotFoundError: nothing is known of it for this tenant.
    """
    key = parse_contact_id(text)
    if key:
        contact = contacts.get(key)
        recent, has_older = records.page(key, limit=max(limit, RECENT_EMAILS), before=None)
        emails, has_more = recent[:limit], has_older or len(recent) > limit
        if before:
            emails, has_more = records.page(key, limit=limit, before=before)
        owners = {email.tenant for email in recent}
        if contact and not contact.erased_at:
            owners.add(contact.tenant)
        if owners == {tenant}:
            return ContactView(
                key=key,
                contact=contact,
                recent=tuple(recent),
                emails=tuple(emails),
                has_more=has_more,
            )
    raise ContactNotFoundError(
        f"There is no contact {text[:80]!r}. A contact exists once its first email has left "
        "the queue; find its id with POST /v1/contacts/lookup."
    )
