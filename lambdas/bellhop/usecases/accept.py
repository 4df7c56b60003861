"""Accepts requests: the 202 that a CRM can trust.

One conditional write, then the queue. A crash in between means no 202: the CRM repeats the request,
it is recognised by its key, and its emails are queued again under the same ids; the claim that
comes before every call to SES keeps the second copy from being sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bellhop.domain.emails import (
    LONGEST_VALIDITY,
    VALIDITY,
    DeliveryRecord,
    Email,
    EmailClass,
    EmailRequest,
)
from bellhop.domain.errors import (
    BellhopError,
    EmailNotFoundError,
    IdempotencyKeyReusedError,
    NotAcceptedError,
    NotAfterRefusedError,
    ReplacedEmailNotFoundError,
    SenderDegradedError,
    SenderNotFoundError,
    SenderNotVerifiedError,
)
from bellhop.domain.identifiers import EmailId, contact_key, request_hash
from bellhop.domain.recipients import check_recipients
from bellhop.domain.senders import SenderState
from bellhop.domain.status import Dispatch
from bellhop.usecases.look_up import find_email
from bellhop.usecases.ports import AcceptedRequest, Clock, Lane, Records, Requests, Senders

SINGLE, BATCH = "POST /v1/emails", "POST /v1/emails/batch"
KEY_VALIDITY = timedelta(hours=72)
_NOT_VERIFIED = {
    SenderState.PENDING: "its DNS records were not found yet (normal for up to 72 hours). Publish "
    "them.",
    SenderState.FAILED: "its DNS records were not found in 72 hours. Add it again.",
    SenderState.HELD: "SES has it from somebody else. Ask whoever runs Bellhop to hand it over.",
    SenderState.REMOVING: "it was removed. Add it again.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A request as it came.

    Attributes:
        tenant: whose API key it came with.
        request: well-formed already.
        key: names it, see :func:`single` and :func:`batch_item`.
        payload_hash: of the canonical JSON of the request's body, or of its item in a batch.
    """

    tenant: str
    request: EmailRequest
    key: int
    payload_hash: str


def single(tenant: str, idempotency_key: str) -> int:
    """What names a request of its own."""
    return request_hash(tenant, SINGLE, idempotency_key)


def batch_item(tenant: str, idempotency_key: str, index: int, own_key: str | None) -> int:
    """What names an item of a batch: its own key wherever it stands, or its place under the
    batch's key."""
    if own_key is not None:
        return request_hash(tenant, BATCH, own_key)
    return request_hash(tenant, BATCH, idempotency_key, index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """The answer to a request: its emails, in the order of its recipients."""

    email_ids: tuple[EmailId, ...]
    accepted_at: datetime
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptor:
    """What accepts requests.

    Attributes:
        kept: told how many emails a request made, when it is kept: once, however often it comes.
        allow_reserved_domains: whether RFC 2606's names may be mailed; only a local stage may.
    """

    senders: Senders
    requests: Requests
    records: Records
    lanes: Mapping[EmailClass, Lane]
    clock: Clock
    kept: Callable[[int], None]
    allow_reserved_domains: bool

    def accept(self, submission: Submission) -> Acceptance:
        """Accepts a request, or recognises it as one accepted before.

        Raises:
            RecipientRefusedError, SenderNotFoundError, SenderNotVerifiedError,
            NotAfterRefusedError, ReplacedEmailNotFoundError: nothing was stored.
            ContentTooLargeError: nothing was stored.
            IdempotencyKeyReusedError: the key names another payload.
            NotAcceptedError: repeat with the same key.
        """
        (result,) = self.accept_all([submission])
        if isinstance(result, BellhopError):
            raise result
        return result

    def accept_all(self, submissions: Sequence[Submission]) -> list[Acceptance | BellhopError]:
        """Accepts each request for itself: one that is refused spoils nothing.

        Returns:
            For each, in order, its acceptance or what is wrong with it.
        """
        results: list[Acceptance | BellhopError] = []
        queues: dict[EmailClass, list[Email]] = {}
        for submission in submissions:
            try:
                acceptance, emails = self._admit(submission)
            except BellhopError as error:
                results.append(error)
                continue
            results.append(acceptance)
            queues.setdefault(submission.request.email_class, []).extend(emails)
        failed = self._queue(queues)
        return [
            failed.get(submission.request.email_class, result)
            if isinstance(result, Acceptance)
            else result
            for submission, result in zip(submissions, results, strict=True)
        ]

    def _queue(
        self, queues: Mapping[EmailClass, Sequence[Email]]
    ) -> dict[EmailClass, BellhopError]:
        """Puts emails into their lanes; names the lanes that failed."""
        failed: dict[EmailClass, BellhopError] = {}
        for email_class, emails in queues.items():
            try:
                self.lanes[email_class].put(emails)
            except NotAcceptedError as error:
                failed[email_class] = error
        return failed

    def _admit(self, submission: Submission) -> tuple[Acceptance, list[Email]]:
        """Checks and keeps a request; what is left to do is to queue its emails."""
        now = self.clock()
        emails = _emails(submission, now)
        wanted = AcceptedRequest(
            tenant=submission.tenant,
            key=submission.key,
            payload_hash=submission.payload_hash,
            emails=tuple(DeliveryRecord.of(email, Dispatch.WAITING) for email in emails),
            blocks_until=max(now + KEY_VALIDITY, *(email.not_after for email in emails)),
        )
        try:
            self._check(submission)
        except BellhopError:
            if not self._was_accepted(wanted):
                raise  # what was accepted before stays accepted, whatever changed since
        for email in emails:
            self.lanes[email.email_class].check_size(email)
        accepted, replayed = self._keep(wanted)
        acceptance = Acceptance(
            email_ids=tuple(email.id for email in accepted.emails),
            accepted_at=accepted.accepted_at,
            replayed=replayed,
        )
        return acceptance, _as_accepted(emails, accepted)

    def _check(self, submission: Submission) -> None:
        """What depends on more than the request itself."""
        request = submission.request
        check_recipients(request.recipients, allow_reserved=self.allow_reserved_domains)
        _check_sender(request, submission.tenant, self.senders)
        _check_not_after(request, self.clock())
        if request.resend_of:
            self._check_replaced(str(request.resend_of), submission.tenant)

    def _check_replaced(self, email_id: str, tenant: str) -> None:
        try:
            find_email(email_id, tenant=tenant, records=self.records, requests=self.requests)
        except EmailNotFoundError as error:
            raise ReplacedEmailNotFoundError(
                f"resend_of is {email_id}, which is none of your emails. Give the id of the email "
                "that this one replaces, or leave it out.",
                param="/resend_of",
            ) from error

    def _was_accepted(self, wanted: AcceptedRequest) -> bool:
        earlier = self.requests.get(wanted.tenant, wanted.key)
        return (
            earlier is not None
            and earlier.blocks_until > self.clock()
            and earlier.payload_hash == wanted.payload_hash
        )

    def _keep(self, wanted: AcceptedRequest) -> tuple[AcceptedRequest, bool]:
        """The request that holds the key now: ours, or the earlier one (and then True)."""
        if self.requests.put(wanted, self.clock()):
            self.kept(len(wanted.emails))
            return wanted, False
        earlier = self.requests.get(wanted.tenant, wanted.key)
        if earlier is None:  # it expired between the two calls
            raise NotAcceptedError("The idempotency key was just expiring. Repeat the request.")
        if earlier.payload_hash != wanted.payload_hash:
            raise IdempotencyKeyReusedError(
                "This Idempotency-Key was used for another request at "
                f"{earlier.accepted_at.isoformat()}. Use a new key for a new email, or repeat the "
                "first request unchanged.",
            )
        return earlier, True


def _check_sender(request: EmailRequest, tenant: str, senders: Senders) -> None:
    domain = request.sender.domain
    sender = senders.get(tenant, domain)
    if sender is None:
        raise SenderNotFoundError(
            f"{domain} is not one of your senders. Use an address at a domain of yours, or have "
            "the domain added.",
            param="/from/address",
        )
    if sender.state is not SenderState.VERIFIED:
        raise SenderNotVerifiedError(
            f"{domain} is {sender.state}: {_NOT_VERIFIED[sender.state]} Or send from a verified "
            "domain meanwhile.",
            param="/from/address",
        )
    if sender.stops_marketing and request.email_class is EmailClass.MARKETING:
        raise SenderDegradedError(
            f"DNS records of {domain} are gone or changed, or came back and wait for your click."
            f" GET /v1/senders/{domain} has the record to mend; POST /v1/senders/{domain}/resume is"
            " the click. Transactional email goes on.",
            param="/from/address",
        )


def _check_not_after(request: EmailRequest, now: datetime) -> None:
    if request.not_after is None:
        return
    latest = now + LONGEST_VALIDITY
    if not now < request.not_after <= latest:
        raise NotAfterRefusedError(
            f"not_after is {request.not_after.isoformat()}; it must lie after now "
            f"({now.isoformat(timespec='seconds')}) and not after "
            f"{latest.isoformat(timespec='seconds')}. Leave it out for "
            f"{VALIDITY[request.email_class].total_seconds() / 3600:.0f} hours.",
            param="/not_after",
        )


def _emails(submission: Submission, now: datetime) -> list[Email]:
    """The emails that a request asks for, one for each recipient."""
    request = submission.request
    return [
        Email(
            id=EmailId.create(
                contact=contact_key(submission.tenant, recipient.mailbox.address),
                at=now,
                request=submission.key,
                recipient_index=index,
            ),
            tenant=submission.tenant,
            sender=request.sender,
            reply_to=request.reply_to,
            recipient=recipient,
            subject=request.subject,
            html=request.html,
            text=request.text,
            metadata=request.metadata,
            email_class=request.email_class,
            guarantee=request.guarantee,
            not_after=request.not_after or now + VALIDITY[request.email_class],
            resend_of=request.resend_of,
            reference=request.reference,
        )
        for index, recipient in enumerate(request.recipients)
    ]


def _as_accepted(emails: Sequence[Email], accepted: AcceptedRequest) -> list[Email]:
    """The same emails, should they repeat a request, under the ids that they have since then."""
    return [
        replace(email, id=waiting.id, not_after=waiting.not_after)
        for email, waiting in zip(emails, accepted.emails, strict=True)
    ]
