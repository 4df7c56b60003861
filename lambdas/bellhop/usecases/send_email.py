"""Sends one email: nothing without a claim, and never two calls where one may have worked.

SES has no idempotency token, so one conditional write comes before each call. What a worker leaves
behind when it dies, a claim whose lease runs out, is recognised by the next one as uncertain; see
:mod:`bellhop.domain.uncertainty` for what becomes of it.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bellhop.domain.claims import Standing, standing_of
from bellhop.domain.emails import Claim, DeliveryRecord, Email, EmailClass
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.senders import Alignment
from bellhop.domain.status import Dispatch
from bellhop.domain.uncertainty import Course, Uncertainty
from bellhop.usecases.ports import (
    Clock,
    Contacts,
    EventFlow,
    Records,
    SendOutcome,
    SendResult,
    Ses,
)
from bellhop.usecases.stops import Stops


class Sending(StrEnum):
    """How the work on a queue message ended."""

    SENT = "sent"
    SUPPRESSED = "suppressed"
    LAPSED = "lapsed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    ALREADY_DONE = "already_done"
    REFUSED_FOR_NOW = "refused_for_now"
    THROTTLED = "throttled"  # refused for now, because too many calls came
    HELD = "held"
    UNCERTAIN = "uncertain"
    AWAITING_NEWS = "awaiting_news"  # was uncertain before
    AWAITING_EVENTS = "awaiting_events"  # uncertain, its time is over, and no event comes at all
    STOPPED = "stopped"  # not this email's fault: see domain/stops.py
    POSTPONED = "postponed"  # not looked at: the worker's own time was over

    @property
    def leaves_queue(self) -> bool:
        """Whether the queue message may be deleted: everything else is still to be done."""
        return self not in _STAYS


_STAYS = {
    Sending.REFUSED_FOR_NOW,
    Sending.THROTTLED,
    Sending.HELD,
    Sending.UNCERTAIN,
    Sending.AWAITING_NEWS,
    Sending.AWAITING_EVENTS,
    Sending.STOPPED,
    Sending.POSTPONED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """What sends emails.

    Attributes:
        throttled: told when SES takes no more calls of a class at this pace.
        alignment_of: how a tenant's email from a domain is authenticated now.
        lease: how long a claim holds; longer than the function that sends may run, so that a
            living worker's never ends.
        windows: for each class, how long events of an attempt may take.
    """

    contacts: Contacts
    records: Records
    ses: Ses
    events: EventFlow
    stops: Stops
    throttled: Callable[[EmailClass], None]
    alignment_of: Callable[[str, str], Alignment | None]
    clock: Clock
    new_attempt_id: Callable[[datetime], str]
    lease: timedelta
    windows: Mapping[EmailClass, timedelta]

    def send(self, email: Email, has_time: Callable[[], bool] = lambda: True) -> Sending:
        """Sends an email once, or says why not; see :class:`Sending`.

        ``has_time`` says whether a call to SES that begins now can end before the worker must.
        """
        contact = self.contacts.get(email.id.contact)
        if contact and contact.erased_at and contact.erased_at >= email.id.accepted_at:
            return self._forget(email, has_time)
        suppression = contact.suppression if contact else None
        if suppression:
            fact = _without_attempt(FactKind.SUPPRESSED, self.clock(), reason=suppression.reason)
            return self._close(email, fact, Sending.SUPPRESSED, has_time)
        if self.clock() >= email.not_after:
            fact = _without_attempt(FactKind.LAPSED, email.not_after)
            return self._close(email, fact, Sending.LAPSED, has_time)
        if self.stops.in_the_way(email):
            return Sending.STOPPED
        claim = self._new_claim(email)
        in_the_way = self._claim(email, claim)
        if in_the_way is None:
            return self._call(email, claim.attempt, has_time)
        return self._stand(email, in_the_way, claim.attempt, has_time)

    def park(self, email: Email, error: str) -> Sending:
        """Ends an email that could not be worked on, so that its record says why.

        The caller keeps its message for an operator first: once the record says ``failed``, a
        message that comes again is taken for done.
        """
        fact = _without_attempt(FactKind.PARKED, self.clock(), error=error)
        in_the_way = self.records.close(DeliveryRecord.of(email, Dispatch.DONE), fact)
        if in_the_way is None:
            return Sending.FAILED
        if standing_of(in_the_way, "", self.clock()) is Standing.DONE or in_the_way.claim is None:
            return Sending.ALREADY_DONE
        attempt = in_the_way.claim.attempt
        unknown = _of_attempt(FactKind.UNKNOWN, attempt, self.clock(), error=error)
        given_up = self.records.give_up(email.id, attempt, unknown)
        return Sending.UNKNOWN if given_up else Sending.ALREADY_DONE

    def _new_claim(self, email: Email) -> Claim:
        alignment, now = self.alignment_of(email.tenant, email.sender.domain), self.clock()
        return Claim(
            attempt=self.new_attempt_id(now), lease_until=now + self.lease, alignment=alignment
        )

    def _claim(self, email: Email, claim: Claim) -> DeliveryRecord | None:
        """See :meth:`bellhop.usecases.ports.Records.claim`. If the table's answer is lost, the
        claim may have been made: it is given back, for nothing was sent under it."""
        try:
            in_the_way = self.records.claim(email, claim)
        except Exception:
            with suppress(Exception):  # what failed first is what is told
                self.records.release(email.id, claim.attempt)
            raise
        standing = in_the_way and standing_of(in_the_way, claim.attempt, self.clock())
        return None if standing is Standing.OURS else in_the_way

    def _close(
        self, email: Email, fact: Fact, ours: Sending, has_time: Callable[[], bool]
    ) -> Sending:
        """Ends an email that must not be sent, unless it has been tried already."""
        in_the_way = self.records.close(DeliveryRecord.of(email, Dispatch.DONE), fact)
        if in_the_way is None:
            return ours
        return self._stand(email, in_the_way, "", has_time, may_be_mailed=False)

    def _forget(self, email: Email, has_time: Callable[[], bool]) -> Sending:
        """Ends an email whose guest was erased while it waited, and keeps nothing of them."""
        record = DeliveryRecord.of(email, Dispatch.DONE).without_person()
        fact = _without_attempt(FactKind.CANCELLED, self.clock())
        in_the_way = self.records.close(record, fact)
        if in_the_way is None:
            return Sending.SUPPRESSED
        return self._stand(email, in_the_way, "", has_time, may_be_mailed=False)

    def _stand(
        self,
        email: Email,
        record: DeliveryRecord,
        attempt: str,
        has_time: Callable[[], bool],
        *,
        may_be_mailed: bool = True,
    ) -> Sending:
        """How the work ends on an email whose record stood in the way."""
        match standing_of(record, attempt, self.clock()):
            case Standing.DONE:
                return Sending.ALREADY_DONE
            case Standing.UNCERTAIN:
                assert record.claim is not None  # or nothing would be uncertain
                return self._resolve(email, record.claim, has_time, may_be_mailed=may_be_mailed)
            case _:
                return Sending.HELD

    def _resolve(
        self, email: Email, claim: Claim, has_time: Callable[[], bool], *, may_be_mailed: bool
    ) -> Sending:
        """What becomes of an uncertain email now."""
        newly = False
        if claim.uncertain_since is None:
            now = self.clock()
            newly = self.records.mark_uncertain(email.id, claim.attempt, now)
            claim = replace(claim, uncertain_since=now)
        uncertainty = Uncertainty(
            claim=claim,
            window=self.windows[email.email_class],
            guarantee=email.guarantee,
            not_after=email.not_after,
            may_be_mailed=may_be_mailed,
        )
        match uncertainty.course(self.clock(), self.events.heard(email.email_class)):
            case Course.WAIT:
                return Sending.UNCERTAIN if newly else Sending.AWAITING_NEWS
            case Course.ASK_FOR_EVENTS:
                if has_time() and self.events.take_probe(email.email_class, self.clock()):
                    self.ses.probe(email)
                return Sending.AWAITING_EVENTS
            case Course.SEND_AGAIN:
                again = self._new_claim(email)
                if self.records.claim_again(email.id, claim, again):
                    return self._call(email, again.attempt, has_time, earlier=claim)
            case Course.GIVE_UP:
                fact = _of_attempt(FactKind.UNKNOWN, claim.attempt, self.clock())
                if self.records.give_up(email.id, claim.attempt, fact):
                    return Sending.UNKNOWN
        return Sending.HELD  # news came, or another worker was faster: the next look tells

    def _call(
        self,
        email: Email,
        attempt: str,
        has_time: Callable[[], bool],
        earlier: Claim | None = None,
    ) -> Sending:
        """Calls SES under our claim, and writes down how that ended.

        ``earlier`` is the uncertain claim in whose place ours stands. Where SES does not take the
        email now either, it is still not known whether it did then: so that claim comes back.
        """
        if not has_time():  # a slow table has used it up
            self.records.release(email.id, attempt, earlier)
            return Sending.REFUSED_FOR_NOW
        return self._settle(email, attempt, self.ses.send(email, attempt), earlier)

    def _settle(
        self, email: Email, attempt: str, result: SendResult, earlier: Claim | None
    ) -> Sending:
        match result.outcome:
            case SendOutcome.ACCEPTED:
                detail = {"message_id": result.message_id} if result.message_id else {}
                sent = _of_attempt(FactKind.SENT, attempt, self.clock(), **detail)
                self.records.complete(email.id, sent)
                self.stops.went_through(email)
                return Sending.SENT
            case SendOutcome.REFUSED:
                kind = FactKind.UNKNOWN if earlier else FactKind.REFUSED
                of = earlier.attempt if earlier else attempt
                self.records.complete(
                    email.id, _of_attempt(kind, of, self.clock(), error=result.error)
                )
                return Sending.UNKNOWN if earlier else Sending.FAILED
            case SendOutcome.REFUSED_FOR_NOW:
                self.records.release(email.id, attempt, earlier)
                return self._refused_for_now(email, result)
            case SendOutcome.UNCERTAIN:
                newly = self.records.mark_uncertain(email.id, attempt, self.clock())
                return Sending.UNCERTAIN if newly else Sending.AWAITING_NEWS

    def _refused_for_now(self, email: Email, result: SendResult) -> Sending:
        if result.is_throttle:
            self.throttled(email.email_class)
            return Sending.THROTTLED
        if result.stop is None:
            return Sending.REFUSED_FOR_NOW
        self.stops.stopped(email, result.stop, result.error)
        return Sending.STOPPED


def _of_attempt(kind: FactKind, attempt: str, at: datetime, **detail: str) -> Fact:
    return Fact(kind=kind, identity=f"{kind}-{attempt}", at=at, attempt=attempt, detail=detail)


def _without_attempt(kind: FactKind, at: datetime, **detail: str) -> Fact:
    return Fact(kind=kind, identity=kind.value, at=at, detail=detail)
