"""What the use cases need from outside; adapters are in store/, ses/ and queues.py."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bellhop.domain.contacts import Contact, Lifting, Suppression
from bellhop.domain.emails import Claim, DeliveryRecord, Email, EmailClass
from bellhop.domain.facts import Fact
from bellhop.domain.identifiers import EmailId
from bellhop.domain.keys import ApiKey
from bellhop.domain.links import Link
from bellhop.domain.onboarding import Action, Seen, Wanted
from bellhop.domain.reasons import Reason, SuppressionRule
from bellhop.domain.references import Reference
from bellhop.domain.senders import Alignment, Sender, SenderState
from bellhop.domain.stops import Stop, StopReason
from bellhop.domain.tenant_settings import Resumption, TenantSettings
from bellhop.domain.uncertainty import Heard

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRequest:
    """What a request with an idempotency key made.

    Attributes:
        tenant: whose request it is.
        key: the 64 bits that name the request.
        payload_hash: of its canonical JSON.
        emails: as they wait in their queue, in the order of the request's recipients.
        blocks_until: until then the key names this request.
    """

    tenant: str
    key: int
    payload_hash: str
    emails: tuple[DeliveryRecord, ...]
    blocks_until: datetime

    @property
    def accepted_at(self) -> datetime:
        """When the request was accepted."""
        return self.emails[0].id.accepted_at


class Requests(Protocol):
    """The request items."""

    def put(self, request: AcceptedRequest, now: datetime) -> bool:
        """Keeps a request unless an earlier one still blocks its key; says whether it did."""

    def get(self, tenant: str, key: int) -> AcceptedRequest | None:
        """The request that blocks a key, strongly consistent; ``None`` if there is none."""


class Tenants(Protocol):
    """The tenants."""

    def exists(self, tenant: str) -> bool:
        """Whether the tenant is Bellhop's, and not gone."""


class Senders(Protocol):
    """The tenants' sending domains."""

    def get(self, tenant: str, domain: str) -> Sender | None:
        """The tenant's sender of that domain, strongly consistent."""

    def list(self, tenant: str) -> Iterable[Sender]:
        """The tenant's senders, by domain."""

    def put(self, sender: Sender) -> bool:
        """Keeps a sender and its claim of the domain; false where another tenant has claimed it."""

    def ask(self, sender: Sender, run: str, state: SenderState | None = None) -> bool:
        """Names a newer run, and the state if it becomes another; false for one that is gone."""

    def lease(self, sender: Sender, *, until: datetime, now: datetime) -> bool:
        """Reserves the sender for one worker; false while another's lease runs, or when a newer run
        than ``sender.run`` was asked for."""

    def release(self, sender: Sender) -> None:
        """Ends the lease; a sender that is gone is none of its business."""

    def finish(self, sender: Sender, next_run: str = "") -> bool:
        """Writes down what ``sender.run`` found out, and the run that follows it if there is one;
        false when a newer one was asked for.

        A sender that failed or is held loses its claim.
        """

    def resume(self, sender: Sender, *, watch_before: str) -> bool:
        """Writes a watch after the click; false where a look at DNS wrote another meanwhile."""

    def forget(self, sender: Sender) -> bool:
        """Ends a sender and its claim; false when a newer run was asked for."""

    def keep_alignment(self, sender: Sender, alignment: Alignment) -> None:
        """Remembers for every worker what SES said of an existing sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A wish to look at a sender, and to do in SES what it lacks.

    Attributes:
        not_before: when; ``None`` for at once.
    """

    tenant: str
    domain: str
    run: str
    not_before: datetime | None = None


class Jobs(Protocol):
    """The queue of these wishes."""

    def put(self, job: Job, *, delay: timedelta) -> None:
        """Queues one that is not seen before ``delay`` is over, or raises
        :class:`~bellhop.domain.errors.NotAcceptedError`."""


class Links(Protocol):
    """Private links to senders' pages."""

    def lead(self, link: Link, sender: Sender) -> None:
        """Writes where a link leads to; by itself it opens nothing."""

    def keep(self, sender: Sender, links: tuple[Link, ...]) -> bool:
        """Puts links in the place of the sender's; false where these changed since it was read."""

    def find(self, hashed: str) -> tuple[str, str] | None:
        """Tenant and domain of the sender that a token's hash leads to."""


class Control(Protocol):
    """SES's control plane, for one sender."""

    def look(self, wanted: Wanted) -> Seen:
        """What is there now."""

    def do(self, action: Action, wanted: Wanted) -> None:
        """Takes one step; one that was taken before is no error."""


class Identities(Protocol):
    """The identities that SES sends for."""

    def alignment_of(self, domain: str, now: datetime) -> Alignment | None:
        """How SES authenticates email from a domain now; ``None`` where it cannot be asked."""


class TenantSettingsItems(Protocol):
    """What the tenants set for themselves."""

    def get(self, tenant: str) -> TenantSettings:
        """The tenant's settings, strongly consistent; the defaults where it set none."""

    def change(
        self,
        tenant: str,
        *,
        company_domains: Sequence[str] | None = None,
        suppression_rules: Mapping[Reason, SuppressionRule] | None = None,
        marketing_resumes: Resumption | None = None,
    ) -> TenantSettings:
        """Replaces what is given, leaves the rest, and says how all is now."""


class Keys(Protocol):
    """The API keys."""

    def get(self, tenant: str, key_hash: str) -> ApiKey | None: ...


class Lane(Protocol):
    """A queue in which emails wait to be sent."""

    def check_size(self, email: Email) -> None:
        """Raises :class:`~bellhop.domain.errors.ContentTooLargeError` if it would not fit."""

    def put(self, emails: Sequence[Email]) -> None:
        """Queues all, or raises :class:`~bellhop.domain.errors.NotAcceptedError`; even then some
        may be queued, so the caller must be able to repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A delivery record after a fact was added; ``is_new`` is false for a repetition."""

    record: DeliveryRecord
    is_new: bool


class FactRecords(Protocol):
    """The delivery records, as far as facts are about them."""

    def get(self, email_id: EmailId) -> DeliveryRecord | None: ...

    def page(
        self, contact: str, *, limit: int, before: str | None
    ) -> tuple[list[DeliveryRecord], bool]:
        """A contact's emails older than the ULID ``before``, newest first; are there more? Strongly
        consistent."""

    def add(self, email_id: EmailId, fact: Fact) -> Addition | None:
        """Adds a fact that SES told to an existing record; ``None`` where there is no record.

        Whatever it tells of an attempt, SES took the email: an uncertain email is settled by it.
        """


class Records(FactRecords, Protocol):
    """The delivery records, with Bellhop's own progress."""

    def by_reference(
        self, tenant: str, reference: Reference, *, limit: int, before: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        """A tenant's emails with a reference, newest first, older than the ULID ``before``; where
        more follow, the ULID to go on from, else ``None``.

        A page may be shorter than ``limit``: what has just expired, or waits, is passed over.
        """

    def claim(self, email: Email, claim: Claim) -> DeliveryRecord | None:
        """Makes the claim if the email waits, creating its record where it has none.

        ``None`` if it was made; else the record that stands in its way, read after the refusal.
        """

    def claim_again(self, email_id: EmailId, uncertain: Claim, claim: Claim) -> bool:
        """Replaces an uncertain claim by a new one, if nothing was heard of it meanwhile."""

    def release(self, email_id: EmailId, attempt: str, earlier: Claim | None = None) -> None:
        """Gives the claim back if it is still this attempt's: SES has not taken the email.

        It waits again, or is as uncertain as it was under the ``earlier`` claim."""

    def mark_uncertain(self, email_id: EmailId, attempt: str, since: datetime) -> bool:
        """Says that the claim's end is not known; true the first time, whose instant is kept."""

    def close(self, record: DeliveryRecord, fact: Fact) -> DeliveryRecord | None:
        """Ends a waiting email with ``fact``, without calling SES.

        ``None`` if that was ours to do; else the record that stands in its way, as for ``claim``.

        Args:
            record: of the email as it waits; kept where the email has no record yet.
        """

    def reopen(self, email_id: EmailId) -> bool:
        """Lets an email wait again that was parked and nothing else; says whether it does."""

    def give_up(self, email_id: EmailId, attempt: str, fact: Fact) -> bool:
        """Ends an uncertain email with ``fact``, if nothing was heard of the attempt meanwhile."""

    def complete(self, email_id: EmailId, fact: Fact) -> None:
        """Adds SES's own answer and ends Bellhop's part."""


class SuppressedContacts(Protocol):
    """The contacts' own items, as far as facts are about them."""

    def get(self, key: str) -> Contact | None:
        """Strongly consistent: a suppression written before is seen."""

    def suppress(self, *, tenant: str, key: str, address: str, suppression: Suppression) -> None:
        """Adds a suppression. ``tenant`` and ``address`` are kept where there was no contact yet;
        an erased one stays without address."""


class Contacts(SuppressedContacts, Protocol):
    """The contacts' own items, with what people do about them."""

    def lift(self, contact: Contact, lifting: Lifting) -> None:
        """Makes what happened up to the lifting count no more, and keeps it with the contact.

        Nothing is written where somebody else has lifted since ``contact`` was read.
        """


class SuppressionList(Protocol):
    """SES's own list of addresses that are not mailed."""

    def remove(self, address: str) -> None:
        """Takes an address from the list, spelled just so; one that is not on it is no error.

        Raises:
            SuppressionNotLiftedError: SES did not do it; repeating is safe.
        """


class SendOutcome(StrEnum):
    """How a call to SES ended; see ses/errors.py for which error means what."""

    ACCEPTED = "accepted"
    REFUSED_FOR_NOW = "refused_for_now"  # definitely not sent; another time it may be
    REFUSED = "refused"  # definitely not sent, and this email never will be
    UNCERTAIN = "uncertain"  # sent or not: nobody knows yet


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """SES's answer to one attempt.

    Attributes:
        message_id: may be empty even when accepted.
        stop: what else is stopped, where it is not this email's own fault.
        is_throttle: whether too many calls came at once.
    """

    outcome: SendOutcome
    message_id: str = ""
    error: str = ""
    stop: StopReason | None = None
    is_throttle: bool = False


class Ses(Protocol):
    """Amazon SES, one attempt a call."""

    def send(self, email: Email, attempt: str) -> SendResult: ...

    def probe(self, email: Email) -> None:
        """Sends a message to SES's mailbox simulator from the email's sender, through the
        configuration set of its class, so that an event must come. Never raises."""


class StopItems(Protocol):
    """What stops sending, for everybody to see."""

    def keep(self, tenant: str, reason: StopReason, name: str, words: str, now: datetime) -> None:
        """Says that a stop stands, or still stands: when it began is kept."""

    def lift(self, tenant: str, stop: Stop) -> None:
        """Forgets a stop."""

    def standing(self, tenant: str, configuration_sets: Sequence[str]) -> list[Stop]:
        """The stops of the account, of the lanes, and of the tenant and its senders."""


class EventFlow(Protocol):
    """Whether events come: one item for each configuration set."""

    def heard(self, email_class: EmailClass) -> Heard:
        """What was heard of the class's configuration set, strongly consistent."""

    def take_probe(self, email_class: EmailClass, now: datetime) -> bool:
        """Whether a probe may be sent now: true once in five minutes, over all workers."""
