"""The bodies of answers. Additive changes only within /v1."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from bellhop.domain.address_class import AddressClass
from bellhop.domain.emails import EmailClass, Guarantee
from bellhop.domain.identifiers import contact_id
from bellhop.domain.inbox import Doubt, Verdict
from bellhop.domain.reasons import Actor, Fault, Reason
from bellhop.domain.status import Signal, Status
from bellhop.domain.stops import StopReason, StopScope
from bellhop.domain.tenant_settings import Resumption
from bellhop.usecases.accept import Acceptance


class AcceptedEmail(BaseModel):
    """One email of an accepted request."""

    id: str = Field(examples=["em_3v8q…_01k…"])
    contact_id: str
    status: Status = Field(
        description="Always `queued`, in a repeated answer too: `url` tells what became of it."
    )
    url: str = Field(description="Where to ask what became of it.")


class AcceptedRequestBody(BaseModel):
    """The request's emails, in the order of its recipients."""

    emails: list[AcceptedEmail]


def accepted_emails(acceptance: Acceptance) -> list[AcceptedEmail]:
    """The emails of an accepted request, as answers name them."""
    return [
        AcceptedEmail(
            id=str(email_id),
            contact_id=contact_id(email_id.contact),
            status=Status.QUEUED,
            url=f"/v1/emails/{email_id}",
        )
        for email_id in acceptance.email_ids
    ]


class BatchItemResult(StrEnum):
    """What became of an item."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class BatchItem(BaseModel):
    """What became of one item of a batch."""

    result: BatchItemResult
    replayed: bool = Field(description="Whether it was accepted by an earlier request.")
    emails: list[AcceptedEmail] = Field(description="In the order of its recipients.")
    problem: "Problem | None" = Field(
        description="Why it was rejected; its pointers are its own. After a 503 the item may have "
        "been accepted all the same: repeat it with the same key."
    )


class BatchAnswer(BaseModel):
    """A result for each item, in the order of the batch."""

    items: list[BatchItem]


class Advice(BaseModel):
    """What happened, in words for people who do not know what 5.7.1 means."""

    sentence: str
    next_step: str
    who: str = Field(description="Who takes the next step, in words.")


class ReasonBody(BaseModel):
    """Why an email failed."""

    code: str = Field(description="One of 18 canonical reasons.")
    fault: Fault
    permanent: bool
    who: Actor
    server_reply: str | None = Field(description="The server's own words.")
    status_code: str | None = Field(description="Enhanced status code (RFC 3463).")


class InboxBody(BaseModel):
    """What is known about the inbox of a delivered email."""

    verdict: Verdict
    doubts: list[Doubt]
    sentence: str
    next_step: str


class GatewayBody(BaseModel):
    """The product or provider that takes the recipient's email in, by its servers' own words."""

    name: str | None = Field(description="Null where its words do not tell.")
    hint: str | None = Field(
        description="For the administrator of the hotel's own email, where it may be stopping this "
        "one: where to let it in."
    )


class AlignmentBody(BaseModel):
    """What tied the email to the domain of its From address; one of the two is enough."""

    dkim: bool = Field(description="Signed with the sender's domain.")
    spf: bool = Field(description="Sent with the sender's own MAIL FROM domain.")
    checked_at: datetime = Field(description="When SES said so.")


class FactBody(BaseModel):
    """One thing that somebody said about the email."""

    kind: str
    at: datetime
    sentence: str
    attempt: str | None
    detail: dict[str, str] = Field(
        description="The server's own words among it, each at most 1,000 characters."
    )


class SummaryBody(BaseModel):
    """An email, as a contact lists it."""

    id: str
    status: Status
    since: datetime | None
    silent_since: datetime | None = Field(
        description="Set when nothing was heard of a sent email for longer than is usual."
    )
    subject: str
    accepted_at: datetime
    reason: ReasonBody | None
    inbox: InboxBody | None
    gateway: GatewayBody | None
    advice: Advice


class StopBody(BaseModel):
    """What holds emails back, through no fault of theirs; they go on by themselves."""

    scope: StopScope = Field(description="Whose sending is stopped.")
    name: str = Field(
        description="The hotel, sending domain, contact id or configuration set; else empty."
    )
    reason: StopReason
    since: datetime
    seen_at: datetime = Field(description="When SES last refused an email for it.")
    words: str = Field(description="SES's own, for the administrator.")
    advice: Advice


class AccountAnswer(BaseModel):
    """Whether emails go out, as far as this hotel is concerned."""

    stops: list[StopBody] = Field(description="Empty while nothing is stopped.")


class EmailAnswer(SummaryBody):
    """Everything known about an email."""

    contact_id: str
    contact_ref: str | None
    reference: str | None
    email_class: EmailClass = Field(serialization_alias="class")
    sender: str = Field(serialization_alias="from")
    to: str
    stopped: StopBody | None = Field(description="What holds it back while it waits.")
    guarantee: Guarantee
    not_after: datetime = Field(description="After this it is not sent any more.")
    resend_of: str | None = Field(description="The email that it replaces.")
    metadata: dict[str, str]
    uncertain_since: datetime | None = Field(
        description="Set while nobody knows whether SES took the email."
    )
    message_id: str | None = Field(description="SES's own id of the message.")
    alignment: AlignmentBody | None = Field(
        description="When SES was called; null where that is not known."
    )
    attempts: int
    accepted_first: bool = Field(description="Whether it was delivered before it bounced.")
    signals: dict[Signal, datetime]
    timeline: list[FactBody] = Field(
        description="Oldest first; of more than 100, the first 50 and the last 50."
    )


class FoundEmail(SummaryBody):
    """An email that a reference led to."""

    contact_id: str
    to: str
    contact_ref: str | None
    reference: str | None
    url: str = Field(description="Where everything known about it is.")


class FoundEmails(BaseModel):
    """A page of a hotel's emails with a reference, newest first. Those still in a queue are not
    among them; a page may be short though more follow."""

    data: list[FoundEmail]
    has_more: bool
    next: str | None = Field(description="Give it as `after` for the next page.")


class SuppressionBody(BaseModel):
    """Why nothing is sent to the contact any more."""

    reason: str
    since: datetime
    email_id: str


class LiftingAnswer(BaseModel):
    """That somebody lifted a suppression, to try once more."""

    at: datetime
    by: str
    why: str
    reason: str = Field(description="Of the suppression that was lifted.")


class ContactAnswer(BaseModel):
    """A guest's mailbox at a glance, and its newest emails."""

    id: str
    address: str
    address_class: AddressClass
    address_note: str = Field(description="What kind of address it is, in words.")
    contact_ref: str | None
    headline: Advice
    works: str = Field(description="What still goes to the guest, in words.")
    status: Status | None = Field(description="Of the newest email.")
    since: datetime | None
    reason: ReasonBody | None
    inbox: InboxBody | None
    gateway: GatewayBody | None
    suppression: SuppressionBody | None
    liftings: list[LiftingAnswer] = Field(
        description="Who lifted a suppression and why, newest first; the last 20."
    )
    last_delivered_at: datetime | None = Field(
        description="When the newest email that arrived was delivered; null where none of the "
        "newest 50 was."
    )
    unsubscribed_at: datetime | None = Field(
        description="When the guest asked for no more offers, among the newest 50 emails. "
        "Whether the address works is another matter."
    )
    emails: list[SummaryBody]
    has_more: bool
    next: str | None = Field(description="Give it as `after` for the next page.")


class SuppressionRuleAnswer(BaseModel):
    """How many bounces of one reason, within which time, stop a contact from being mailed."""

    count: int
    days: int
    is_default: bool = Field(description="Whether nobody set it.")


class SettingsAnswer(BaseModel):
    """What a hotel set for itself, with the defaults of what it did not."""

    company_domains: list[str]
    suppression: dict[Reason, SuppressionRuleAnswer] = Field(
        description="By reason, where bounces are counted; the others suppress at once or never."
    )
    marketing_resumes: Resumption = Field(
        description="How marketing goes on when the DNS records of a sender are back."
    )


class FieldError(BaseModel):
    """One fault of a request."""

    pointer: str = Field(description="JSON pointer (RFC 6901) of the field.")
    code: str
    detail: str


class Problem(BaseModel):
    """A problem (RFC 9457, `application/problem+json`)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    errors: list[FieldError]


BatchItem.model_rebuild()  # names Problem, which comes after it
