"""Accepts a request: the 202 that a CRM can trust.

One conditional write, then the queue. A crash in between means no 202: the CRM repeats the request,
it is recognised by its key, and its emails are queued again under the same ids; the claim that
comes before every call to SES keeps the second copy from being sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bellhop.domain.emails import VALIDITY, Email, EmailRequest
from bellhop.domain.errors import (
    IdempotencyKeyReusedError,
    NotAcceptedError,
    SenderNotFoundError,
    SenderNotVerifiedError,
)
from bellhop.domain.identifiers import EmailId, contact_key, request_hash
from bellhop.domain.senders import SenderState
from bellhop.usecases.ports import AcceptedRequest, Clock, Lane, Requests, Senders

OPERATION = "POST /v1/emails"
KEY_VALIDITY = timedelta(hours=72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """The answer to a request: its emails, in the order of its recipients."""

    email_ids: tuple[EmailId, ...]
    accepted_at: datetime
    replayed: bool


def accept(
    request: EmailRequest,
    *,
    tenant: str,
    idempotency_key: str,
    payload_hash: str,
    senders: Senders,
    requests: Requests,
    lane: Lane,
    clock: Clock,
) -> Acceptance:
    """Accepts a request, or recognises it as one accepted before.

    Args:
        request: well-formed already.
        tenant: whose API key it came with.
        idempotency_key: the CRM's name for this request.
        payload_hash: of the canonical JSON of the request's body.

    Raises:
        SenderNotFoundError, SenderNotVerifiedError: nothing was stored.
        ContentTooLargeError: nothing was stored.
        IdempotencyKeyReusedError: the key names another payload.
        NotAcceptedError: repeat with the same key.
    """
    wanted = _new_request(request, tenant, idempotency_key, payload_hash, clock())
    try:
        _check_sender(request, tenant, senders)
    except (SenderNotFoundError, SenderNotVerifiedError):
        if not _was_accepted(wanted, requests, clock()):
            raise  # what was accepted before stays accepted, whatever became of its sender
    for email in _emails(request, wanted):
        lane.check_size(email)
    accepted, replayed = _keep(wanted, requests, clock())
    lane.put(_emails(request, accepted))
    ids = tuple(email.id for email in _emails(request, accepted))
    return Acceptance(email_ids=ids, accepted_at=accepted.accepted_at, replayed=replayed)


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
            f"{domain} is still {sender.state}: its DNS records were not found yet (normal for up "
            "to 72 hours). Publish them, or send from a verified domain meanwhile.",
            param="/from/address",
        )


def _new_request(
    request: EmailRequest, tenant: str, idempotency_key: str, payload_hash: str, now: datetime
) -> AcceptedRequest:
    key = request_hash(tenant, OPERATION, idempotency_key)
    ids = tuple(
        EmailId.create(
            contact=contact_key(tenant, recipient.mailbox.address),
            at=now,
            request=key,
            recipient_index=index,
        )
        for index, recipient in enumerate(request.recipients)
    )
    return AcceptedRequest(
        tenant=tenant,
        key=key,
        payload_hash=payload_hash,
        email_ids=tuple(map(str, ids)),
        accepted_at=ids[0].accepted_at,
        blocks_until=now + max(KEY_VALIDITY, VALIDITY[request.email_class]),
    )


def _was_accepted(wanted: AcceptedRequest, requests: Requests, now: datetime) -> bool:
    earlier = requests.get(wanted.tenant, wanted.key)
    return (
        earlier is not None
        and earlier.blocks_until > now
        and earlier.payload_hash == wanted.payload_hash
    )


def _keep(
    wanted: AcceptedRequest, requests: Requests, now: datetime
) -> tuple[AcceptedRequest, bool]:
    """The request that holds the key now: ours, or the earlier one (and then True)."""
    if requests.put(wanted, now):
        return wanted, False
    earlier = requests.get(wanted.tenant, wanted.key)
    if earlier is None:  # it expired between the two calls
        raise NotAcceptedError("The idempotency key was just expiring. Repeat the request.")
    if earlier.payload_hash != wanted.payload_hash:
        raise IdempotencyKeyReusedError(
            "This Idempotency-Key was used for another request at "
            f"{earlier.accepted_at.isoformat()}. Use a new key for a new email, or repeat the "
            "first request unchanged.",
        )
    return earlier, True


def _emails(request: EmailRequest, accepted: AcceptedRequest) -> list[Email]:
    ids = [EmailId.parse(text) for text in accepted.email_ids]
    return [
        Email(
            id=email_id,
            tenant=accepted.tenant,
            sender=request.sender,
            reply_to=request.reply_to,
            recipient=recipient,
            subject=request.subject,
            html=request.html,
            text=request.text,
            metadata=request.metadata,
            email_class=request.email_class,
            not_after=accepted.accepted_at + VALIDITY[request.email_class],
        )
        for email_id, recipient in zip(ids, request.recipients, strict=True)
        if email_id is not None
    ]
