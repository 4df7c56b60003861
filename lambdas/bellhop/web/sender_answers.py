"""What the API answers about senders, in the reader's language."""

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, Field

from bellhop.domain.authentication.standing import Standing
from bellhop.domain.authentication.watches import unpacked
from bellhop.domain.catalogue import phrase
from bellhop.domain.reasons import Actor
from bellhop.domain.sender_records import Purpose, SenderRecord, records_of
from bellhop.domain.senders import Sender, SenderState
from bellhop.web.answers import Advice
from bellhop.web.authentication_answers import Authentication, authentication_of

_DEGRADED, _RESUMABLE = "degraded", "resumable"
_WHO: dict[str, Actor] = {
    SenderState.PENDING: Actor.WEB_COMPANY,
    SenderState.VERIFIED: Actor.NOBODY,
    _DEGRADED: Actor.WEB_COMPANY,
    _RESUMABLE: Actor.RECEPTION,
    SenderState.FAILED: Actor.WEB_COMPANY,
    SenderState.HELD: Actor.ADMINISTRATOR,
    SenderState.REMOVING: Actor.NOBODY,
}


class SenderRecordBody(BaseModel):
    """A DNS record that the domain's owner publishes."""

    purpose: Purpose
    sentence: str = Field(description="What it is for.")
    type: str = Field(examples=["CNAME"])
    name: str = Field(description="In full.", examples=["bounce.hotel-sol.com"])
    host: str = Field(
        description="The same relative to the zone, which most panels add by themselves.",
        examples=["bounce"],
    )
    value: str = Field(description="As most panels want it: no quotes, no dot at the end.")


class SenderAnswer(BaseModel):
    """A sending domain: how far it is, what that means, and the records to publish."""

    domain: str = Field(description="In IDNA form.")
    state: SenderState
    since: datetime | None
    checked_at: datetime
    advice: Advice
    about_records: list[str] = Field(
        description="What a record is, and why a domain whose own email works needs these."
    )
    records: list[SenderRecordBody] = Field(
        description="Empty for the seconds until SES has made them."
    )
    authentication: Authentication | None = Field(
        description="Missing until SES has verified the domain, which starts the looks at DNS."
    )


class SendersAnswer(BaseModel):
    """The tenant's senders, by domain."""

    senders: list[SenderAnswer]


class LinkAnswer(BaseModel):
    """A private link to a sender's page, for whoever keeps its DNS."""

    url: str = Field(
        description="Whoever has it sees the page, without log-in. It is told only here."
    )
    expires_at: datetime


class EndedLinksAnswer(BaseModel):
    """That private links open nothing any more."""

    ended: int = Field(description="How many were open.")


class SenderPresenter:
    """Presents senders in one language.

    Args:
        organisational_domain: the domain as it was registered, whose zone the records go into.
        region: whose SES sends.
    """

    def __init__(
        self, language: str, organisational_domain: Callable[[str], str | None], region: str
    ) -> None:
        self._language = language
        self._organisational_domain = organisational_domain
        self._region = region

    def sender(self, sender: Sender) -> SenderAnswer:
        """One sender."""
        zone = self._organisational_domain(sender.domain) or sender.domain
        return SenderAnswer(
            domain=sender.domain,
            state=sender.state,
            since=sender.since,
            checked_at=sender.checked_at,
            advice=self._advice(sender),
            about_records=[
                phrase(self._language, f"sender_record.{each}") for each in ("what", "why")
            ],
            records=[
                self._record(each) for each in records_of(sender, zone=zone, region=self._region)
            ],
            authentication=authentication_of(sender.watch, self._language),
        )

    def _advice(self, sender: Sender) -> Advice:
        about = _about(sender)
        topic = f"sender.{about}"
        return Advice(
            sentence=phrase(self._language, f"{topic}.sentence", domain=sender.domain),
            next_step=phrase(self._language, f"{topic}.next_step", domain=sender.domain),
            who=phrase(self._language, f"who.{_WHO[about]}"),
        )

    def _record(self, record: SenderRecord) -> SenderRecordBody:
        return SenderRecordBody(
            purpose=record.purpose,
            sentence=phrase(self._language, f"sender_record.{record.purpose}"),
            type=record.type,
            name=record.name,
            host=record.host,
            value=record.value,
        )


def _about(sender: Sender) -> str:
    """What there is to say: of one that SES has verified, whether marketing email goes, too."""
    if sender.state is not SenderState.VERIFIED or not sender.stops_marketing:
        return sender.state
    return _DEGRADED if unpacked(sender.watch).standing is Standing.DEGRADED else _RESUMABLE
