"""Sends one email: nothing without a claim, and never two calls where one may have worked.

SES has no idempotency token, so one conditional write comes before each call. What a worker leaves
behind when it dies, a claim whose lease runs out, is recognised by the next one as uncertain: the
email is then neither lost nor repeated, its queue message waits for news of the attempt.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from bellhop.domain.emails import Claim, Email
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.senders import Alignment
from bellhop.usecases.ports import (
    ClaimResult,
    Clock,
    Contacts,
    Records,
    SendOutcome,
    SendResult,
    Ses,
)

# Longer than the function that sends may run (60 s), so that a live worker's lease never ends.
LEASE = timedelta(seconds=90)


class Sending(StrEnum):
    """How the work on a queue message ended."""

    SENT = "sent"
    SUPPRESSED = "suppressed"
    LAPSED = "lapsed"
    FAILED = "failed"
    ALREADY_DONE = "already_done"
    REFUSED_FOR_NOW = "refused_for_now"
    HELD = "held"
    UNCERTAIN = "uncertain"
    AWAITING_NEWS = "awaiting_news"  # was uncertain before

    @property
    def leaves_queue(self) -> bool:
        """Whether the queue message may be deleted: everything else is still to be done."""
        return self not in _STAYS


_STAYS = {Sending.REFUSED_FOR_NOW, Sending.HELD, Sending.UNCERTAIN, Sending.AWAITING_NEWS}


def send_email(
    email: Email,
    *,
    contacts: Contacts,
    records: Records,
    ses: Ses,
    alignment_of: Callable[[str, str], Alignment | None],
    clock: Clock,
    new_attempt_id: Callable[[datetime], str],
    has_time: Callable[[], bool] = lambda: True,
) -> Sending:
    """Sends an email once, or says why not; see :class:`Sending`.

    ``alignment_of`` tells how a tenant's email from a domain is authenticated now; ``has_time``
    whether a call to SES that begins now can end before the worker must.
    """
    contact = contacts.get(email.id.contact)
    if contact and contact.suppression:
        fact = _without_attempt(FactKind.SUPPRESSED, clock(), reason=contact.suppression.reason)
        closed = records.close(email, fact, clock())
        return _turn_of(closed, Sending.SUPPRESSED, email, records, clock())
    if clock() >= email.not_after:
        closed = records.close(email, _without_attempt(FactKind.LAPSED, email.not_after), clock())
        return _turn_of(closed, Sending.LAPSED, email, records, clock())
    attempt = new_attempt_id(clock())
    alignment = alignment_of(email.tenant, email.sender.domain)
    claim = Claim(attempt=attempt, lease_until=clock() + LEASE, alignment=alignment)
    claimed = records.claim(email, claim, clock())
    if claimed is not ClaimResult.CLAIMED:
        return _turn_of(claimed, Sending.SENT, email, records, clock())
    if not has_time():  # a slow table has used it up
        records.release(email.id, attempt)
        return Sending.REFUSED_FOR_NOW
    return _settle(email, attempt, ses.send(email, attempt), records, clock())


def _turn_of(
    result: ClaimResult, ours: Sending, email: Email, records: Records, now: datetime
) -> Sending:
    """How the work ends by whose turn it was: ``ours`` where nobody else had the email."""
    match result:
        case ClaimResult.CLAIMED:
            return ours
        case ClaimResult.DONE:
            return Sending.ALREADY_DONE
        case ClaimResult.HELD:
            return Sending.HELD
        case ClaimResult.UNCERTAIN:
            return _uncertain(email, records, now)


def _settle(
    email: Email, attempt: str, result: SendResult, records: Records, now: datetime
) -> Sending:
    """Writes down how our call to SES ended."""
    match result.outcome:
        case SendOutcome.ACCEPTED:
            detail = {"message_id": result.message_id} if result.message_id else {}
            records.complete(email.id, _of_attempt(FactKind.SENT, attempt, now, **detail))
            return Sending.SENT
        case SendOutcome.REFUSED:
            fact = _of_attempt(FactKind.REFUSED, attempt, now, error=result.error)
            records.complete(email.id, fact)
            return Sending.FAILED
        case SendOutcome.REFUSED_FOR_NOW:
            records.release(email.id, attempt)
            return Sending.REFUSED_FOR_NOW
        case SendOutcome.UNCERTAIN:
            return _uncertain(email, records, now)


def _uncertain(email: Email, records: Records, now: datetime) -> Sending:
    newly = records.mark_uncertain(email.id, now)
    return Sending.UNCERTAIN if newly else Sending.AWAITING_NEWS


def _of_attempt(kind: FactKind, attempt: str, at: datetime, **detail: str) -> Fact:
    return Fact(kind=kind, identity=f"{kind}-{attempt}", at=at, attempt=attempt, detail=detail)


def _without_attempt(kind: FactKind, at: datetime, **detail: str) -> Fact:
    return Fact(kind=kind, identity=kind.value, at=at, detail=detail)
