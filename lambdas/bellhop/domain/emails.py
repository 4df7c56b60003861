"""An email as it was asked for, and the delivery record of what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId
from bellhop.domain.senders import Alignment
from bellhop.domain.status import Dispatch


class EmailClass(StrEnum):
    """What an email is for. Transactional email never waits behind marketing."""

    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"


class Guarantee(StrEnum):
    """What happens to an email of which nobody can know whether SES took it."""

    AT_LEAST_ONCE = "at_least_once"  # it is sent again: a lost confirmation is worse than two
    AT_MOST_ONCE = "at_most_once"  # it is not: it ends as unknown


GUARANTEE: dict[EmailClass, Guarantee] = {
    EmailClass.TRANSACTIONAL: Guarantee.AT_LEAST_ONCE,
    EmailClass.MARKETING: Guarantee.AT_MOST_ONCE,
}
"""What a request gets that does not ask for a guarantee."""

LONGEST_VALIDITY = timedelta(days=7)
"""How far ahead ``not_after`` may lie: a lane queue keeps messages for 14 days."""

LATEST_CALL = timedelta(minutes=2)
"""So long after ``not_after`` a worker may still call SES that looked before: it runs a minute."""

# How long an email may wait to be sent before it has lost its point, where the CRM does not say.
VALIDITY: dict[EmailClass, timedelta] = {
    EmailClass.TRANSACTIONAL: timedelta(hours=72),
    EmailClass.MARKETING: timedelta(days=7),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """An address with the name shown beside it.

    Attributes:
        address: ASCII addr-spec (RFC 5321), domain in IDNA form.
        name: display name without control characters, or empty.
    """

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What stands after the last @, in lower case."""
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One guest of a request.

    Attributes:
        mailbox: where the email goes.
        locale: BCP 47 tag of the guest's language, or empty.
        contact_ref: the CRM's own id of the guest, or empty; never a key.
        unsubscribe_url: where one POST ends this guest's marketing email (RFC 8058); empty for
            transactional email.
    """

    mailbox: Mailbox
    locale: str = ""
    contact_ref: str = ""
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailRequest:
    """What a CRM asks for: one content, 1 to 50 recipients, as many emails.

    Attributes:
        sender: the From mailbox, at a sender of the tenant's.
        reply_to: where answers go, or ``None`` for the From mailbox.
        recipients: in the order of the request; a place in it is part of the email's id.
        subject, html, text: the content; ``html`` or ``text`` may be empty, not both.
        metadata: the CRM's own strings, given back with the email.
        email_class: which lane it takes.
        guarantee: what happens when the end of a call to SES is not known.
        not_after: after this it must not be sent any more; ``None`` for its class's validity.
        resend_of: the email that this one replaces, or ``None``.
        reference: what the CRM calls the matter, such as a booking's number, or empty.
    """

    sender: Mailbox
    reply_to: Mailbox | None
    recipients: tuple[Recipient, ...]
    subject: str
    html: str
    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    email_class: EmailClass = EmailClass.TRANSACTIONAL
    guarantee: Guarantee = Guarantee.AT_LEAST_ONCE
    not_after: datetime | None = None
    resend_of: EmailId | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One message to one recipient, as it travels in a lane queue."""

    id: EmailId
    tenant: str
    sender: Mailbox
    reply_to: Mailbox | None
    recipient: Recipient
    subject: str
    html: str
    text: str
    metadata: Mapping[str, str]
    email_class: EmailClass
    guarantee: Guarantee
    not_after: datetime
    resend_of: EmailId | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who may call SES for an email, and until when nobody else may.

    Attributes:
        attempt: id of the attempt.
        lease_until: after this, with nothing heard, the attempt's end is not known.
        uncertain_since: when its end became unknown, or ``None``.
        alignment: the sender's when SES was called, or ``None`` where it was not known.
    """

    attempt: str
    lease_until: datetime
    uncertain_since: datetime | None = None
    alignment: Alignment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """What is known about an email. ``dispatch`` and ``claim`` are Bellhop's own progress, the rest
    never changes but for ``facts``, which only grow."""

    id: EmailId
    tenant: str
    sender: Mailbox
    recipient: Recipient
    subject: str
    metadata: Mapping[str, str]
    email_class: EmailClass
    guarantee: Guarantee
    not_after: datetime
    dispatch: Dispatch
    resend_of: EmailId | None = None
    claim: Claim | None = None
    attempts: int = 0
    facts: tuple[Fact, ...] = ()
    reference: str = ""

    @classmethod
    def of(cls, email: Email, dispatch: Dispatch) -> "DeliveryRecord":
        """The record with which an email's story begins."""
        return cls(
            id=email.id,
            tenant=email.tenant,
            sender=email.sender,
            recipient=email.recipient,
            subject=email.subject,
            metadata=email.metadata,
            email_class=email.email_class,
            guarantee=email.guarantee,
            not_after=email.not_after,
            dispatch=dispatch,
            resend_of=email.resend_of,
            reference=email.reference,
        )

    def as_of(self, now: datetime) -> "DeliveryRecord":
        """The record as it will be written: what waits past its time is lapsed already, though no
        worker has looked at it again."""
        if self.dispatch is not Dispatch.WAITING or now < self.not_after + LATEST_CALL:
            return self
        lapsed = Fact(kind=FactKind.LAPSED, identity=FactKind.LAPSED.value, at=self.not_after)
        return replace(self, dispatch=Dispatch.DONE, facts=(*self.facts, lapsed))

    def without_person(self) -> "DeliveryRecord":
        """The record of an email to a guest who was erased: it says nothing of them."""
        nobody = Recipient(mailbox=Mailbox(address=""))
        return replace(self, recipient=nobody, subject="", reference="", metadata={})
