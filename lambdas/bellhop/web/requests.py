"""The bodies of requests. Unknown fields are refused: a misspelt one would be lost silently."""

from datetime import UTC
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SkipValidation,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bellhop.domain.emails import (
    GUARANTEE,
    EmailClass,
    EmailRequest,
    Guarantee,
    Mailbox,
    Recipient,
)
from bellhop.domain.identifiers import EmailId
from bellhop.domain.links import LONGEST_LIFETIME, USUAL_LIFETIME
from bellhop.domain.reasons import Reason, SuppressionRule
from bellhop.domain.references import Reference, ReferenceKind
from bellhop.domain.tenant_settings import (
    FEWEST_BOUNCES,
    LONGEST_WINDOW,
    MOST_BOUNCES,
    MOST_COMPANY_DOMAINS,
    Resumption,
)
from bellhop.web.fields import (
    EMAILS_A_PAGE,
    MOST_A_PAGE,
    PAGE,
    AddressText,
    BodyText,
    DisplayName,
    DomainName,
    EmailIdText,
    ItemKey,
    LanguageTag,
    MetadataKey,
    MetadataValue,
    Name,
    ReferenceText,
    Remark,
    Subject,
    UnsubscribeUrl,
)

MOST_RECIPIENTS = 50
MOST_BATCH_ITEMS = 100


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MailboxBody(_Body):
    """An address with the name shown beside it."""

    address: AddressText = Field(
        description="ASCII local part; an internationalised domain is taken in either form.",
        examples=["reservas@hotel-sol.example"],
    )
    name: DisplayName = Field(default="", description="Shown beside the address.")

    def mailbox(self) -> Mailbox:
        """In the domain's words."""
        return Mailbox(address=self.address, name=self.name)


class RecipientBody(MailboxBody):
    """One guest. Each gets an email of their own."""

    locale: LanguageTag | None = Field(
        default=None, description="BCP 47 tag of the guest's language.", examples=["es-ES"]
    )
    contact_ref: ReferenceText = Field(
        default="",
        description="The CRM's own id of the guest, given back with the email; "
        "POST /v1/emails/lookup finds by it.",
    )

    unsubscribe_url: UnsubscribeUrl | None = Field(
        default=None,
        description="Required for marketing: one POST to it, without a log-in, must end this "
        "guest's marketing email (RFC 8058). It is this guest's own.",
        examples=["https://crm.example/unsubscribe/3f9c"],
    )

    def recipient(self) -> Recipient:
        """In the domain's words."""
        return Recipient(
            mailbox=self.mailbox(),
            locale=self.locale or "",
            contact_ref=self.contact_ref,
            unsubscribe_url=self.unsubscribe_url or "",
        )


class EmailBody(_Body):
    """One content for 1 to 50 recipients, each of whom gets an email of their own."""

    sender: MailboxBody = Field(
        alias="from", description="At one of your senders: a verified domain of yours."
    )
    reply_to: MailboxBody | None = Field(default=None, description="Where answers go.")
    to: Annotated[list[RecipientBody], Field(min_length=1, max_length=MOST_RECIPIENTS)]
    email_class: EmailClass = Field(
        default=EmailClass.TRANSACTIONAL,
        alias="class",
        description="Marketing takes its own lane and needs an unsubscribe_url for each guest.",
    )
    subject: Subject
    html: BodyText = Field(default="", description="HTML part; give html, text or both.")
    text: BodyText = Field(
        default="", description="Plain part; made from the HTML where it is missing."
    )
    not_after: AwareDatetime | None = Field(
        default=None,
        description="After this it must not be sent any more, and ends as `lapsed`: at most 7 days "
        "ahead. By default 72 hours for transactional email, 7 days for marketing.",
        examples=["2027-03-01T15:00:00+01:00"],
    )
    guarantee: Guarantee | None = Field(
        default=None,
        description="What happens when nobody can know whether SES took the email: "
        "`at_least_once` sends it again (the default for transactional email), `at_most_once` "
        "does not and ends it as `unknown` (the default for marketing).",
    )
    resend_of: EmailIdText | None = Field(
        default=None, description="The email that this one replaces, by its id."
    )
    reference: ReferenceText = Field(
        default="",
        description="What the email is about in your words, such as a booking's number; "
        "POST /v1/emails/lookup finds it again.",
        examples=["B-2201"],
    )
    metadata: Annotated[dict[MetadataKey, MetadataValue], Field(max_length=20)] = Field(
        default_factory=dict, description="Your own strings, given back with the email."
    )

    @model_validator(mode="after")
    def _has_content(self) -> "EmailBody":
        if not (self.html.strip() or self.text.strip()):
            raise PydanticCustomError("content_missing", "needs html, text or both")
        return self

    @model_validator(mode="after")
    def _unsubscribes_where_it_must(self) -> "EmailBody":
        is_marketing = self.email_class is EmailClass.MARKETING
        for index, recipient in enumerate(self.to):
            if is_marketing and recipient.unsubscribe_url is None:
                raise PydanticCustomError(
                    "unsubscribe_url_missing",
                    "to.{index} needs an unsubscribe_url: mailbox providers want one-click "
                    "unsubscription in marketing email (RFC 8058)",
                    {"index": index},
                )
            if not is_marketing and recipient.unsubscribe_url:
                raise PydanticCustomError(
                    "unsubscribe_url_not_used",
                    "to.{index} has an unsubscribe_url, which only marketing email carries: leave "
                    "it out, or set class to marketing",
                    {"index": index},
                )
        return self

    def request(self) -> EmailRequest:
        """In the domain's words."""
        return EmailRequest(
            sender=self.sender.mailbox(),
            reply_to=self.reply_to.mailbox() if self.reply_to else None,
            recipients=tuple(recipient.recipient() for recipient in self.to),
            subject=self.subject,
            html=self.html,
            text=self.text,
            reference=self.reference,
            metadata=self.metadata,
            email_class=self.email_class,
            guarantee=self.guarantee or GUARANTEE[self.email_class],
            not_after=self.not_after and self.not_after.astimezone(UTC),
            resend_of=EmailId.parse(self.resend_of) if self.resend_of else None,
        )


class BatchItemBody(EmailBody):
    """A request of a batch."""

    idempotency_key: ItemKey | None = Field(
        default=None,
        description="Your own name for this item, wherever it stands. Without one its place in the "
        "batch names it, under the batch's Idempotency-Key.",
    )


class BatchBody(_Body):
    """Up to 100 requests, each accepted or rejected for itself."""

    # Each is validated for itself, so that one bad item spoils nothing.
    emails: Annotated[
        list[SkipValidation[BatchItemBody]], Field(min_length=1, max_length=MOST_BATCH_ITEMS)
    ]


class SenderBody(_Body):
    """A domain to send from."""

    domain: DomainName = Field(
        description="What stands after the @; an internationalised one is taken in either form.",
        examples=["hotel-sol.com"],
    )


class LinkBody(_Body):
    """How long a private link to a sender's page opens it."""

    days: int = Field(
        default=USUAL_LIFETIME.days,
        ge=1,
        le=LONGEST_LIFETIME.days,
        description="Whoever has the link sees the page until then.",
    )


class LookupBody(_Body):
    """A guest's address. It travels in the body so that it stands in no log of URLs."""

    address: AddressText


class EmailLookupBody(_Body):
    """A reference of yours. It travels in the body, since it may be a guest's name."""

    contact_ref: Annotated[ReferenceText, Field(min_length=1)] | None = Field(
        default=None, description="Your id of the guest, as given with the emails."
    )
    reference: Annotated[ReferenceText, Field(min_length=1)] | None = Field(
        default=None, description="What the emails are about, as given with them."
    )

    limit: Annotated[int, Field(ge=1, le=MOST_A_PAGE)] = Field(
        default=EMAILS_A_PAGE, description="Emails a page."
    )
    after: Annotated[str, StringConstraints(pattern=PAGE)] | None = Field(
        default=None, description="`next` of the page before."
    )

    @model_validator(mode="after")
    def _names_one(self) -> "EmailLookupBody":
        if (self.contact_ref is None) == (self.reference is None):
            raise PydanticCustomError(
                "reference_missing", "needs one of contact_ref and reference, not both"
            )
        return self

    def wanted(self) -> Reference:
        """In the domain's words."""
        if self.contact_ref is not None:
            return Reference(kind=ReferenceKind.CONTACT_REF, text=self.contact_ref)
        return Reference(kind=ReferenceKind.REFERENCE, text=self.reference or "")


class LiftingBody(_Body):
    """Who lifts a suppression, and why. It travels in the body: a URL is logged on its way."""

    by: Name = Field(
        description="Who decided it, as your staff know them.", examples=["Marta, reception"]
    )
    why: Remark = Field(
        description="What has changed. After a complaint: how the guest asked for email again.",
        examples=["The guest has emptied the mailbox."],
    )


class SuppressionRuleBody(_Body):
    """How many bounces of one reason stop a contact from being mailed."""

    count: Annotated[int, Field(ge=FEWEST_BOUNCES, le=MOST_BOUNCES)] = Field(
        description="So many of them, among the contact's newest 50 emails, suppress."
    )
    days: Annotated[int, Field(ge=1, le=LONGEST_WINDOW)] = Field(
        description="Within so many days of each other."
    )

    def rule(self) -> SuppressionRule:
        """In the domain's words."""
        return SuppressionRule.after(self.count, self.days)


class SettingsBody(_Body):
    """Settings to change: one that is given replaces what was there, one left out stays."""

    company_domains: Annotated[list[DomainName], Field(max_length=MOST_COMPANY_DOMAINS)] = Field(
        default_factory=list,
        description="The hotel's own domains beside its senders: its firewall may take email to "
        "them for a forgery.",
        examples=[["hotel-sol.example"]],
    )
    suppression: dict[Reason, SuppressionRuleBody] = Field(
        default_factory=dict,
        description="Of the reasons whose bounces are counted, those whose rule differs from the "
        "default; `{}` brings every default back.",
        examples=[{"mailbox_full": {"count": 3, "days": 30}}],
    )

    marketing_resumes: Resumption | None = Field(
        default=None,
        description="How marketing goes on when the DNS records of a sender are back: by itself, "
        "or by a click, which is POST /v1/senders/{domain}/resume.",
    )

    def domains(self) -> list[str] | None:
        """The company domains, each once; ``None`` where they are left out."""
        given = "company_domains" in self.model_fields_set
        return list(dict.fromkeys(self.company_domains)) if given else None

    def rules(self) -> dict[Reason, SuppressionRule] | None:
        """The rules in the domain's words; ``None`` where they are left out."""
        given = "suppression" in self.model_fields_set
        return {reason: body.rule() for reason, body in self.suppression.items()} if given else None
