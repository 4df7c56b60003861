"""The bodies of requests. Unknown fields are refused: a misspelt one would be lost silently."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bellhop.domain.emails import EmailRequest, Mailbox, Recipient
from bellhop.web.fields import (
    AddressText,
    BodyText,
    DisplayName,
    LanguageTag,
    MetadataKey,
    MetadataValue,
    Reference,
    Subject,
)

MOST_RECIPIENTS = 50


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
    contact_ref: Reference = Field(
        default="", description="The CRM's own id of the guest, given back with the email."
    )

    def recipient(self) -> Recipient:
        """In the domain's words."""
        return Recipient(
            mailbox=self.mailbox(), locale=self.locale or "", contact_ref=self.contact_ref
        )


class EmailBody(_Body):
    """One content for 1 to 50 recipients, each of whom gets an email of their own."""

    sender: MailboxBody = Field(
        alias="from", description="At one of your senders: a verified domain of yours."
    )
    reply_to: MailboxBody | None = Field(default=None, description="Where answers go.")
    to: Annotated[list[RecipientBody], Field(min_length=1, max_length=MOST_RECIPIENTS)]
    subject: Subject
    html: BodyText = Field(default="", description="HTML part; give html, text or both.")
    text: BodyText = Field(
        default="", description="Plain part; made from the HTML where it is missing."
    )
    metadata: Annotated[dict[MetadataKey, MetadataValue], Field(max_length=20)] = Field(
        default_factory=dict, description="Your own strings, given back with the email."
    )

    @model_validator(mode="after")
    def _has_content(self) -> "EmailBody":
        if not (self.html.strip() or self.text.strip()):
            raise PydanticCustomError("content_missing", "needs html, text or both")
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
            metadata=self.metadata,
        )


class LookupBody(_Body):
    """A guest's address. It travels in the body so that it stands in no log of URLs."""

    address: AddressText
