"""One email, its queue, its workers and an SES of which everything is known: what really happened
stands beside what the records say, and every step is checked against the promises."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bellhop.domain.contacts import Contact, Suppression
from bellhop.domain.emails import DeliveryRecord, EmailClass, Guarantee
from bellhop.domain.errors import EmailNotCancellableError
from bellhop.domain.facts import FactKind
from bellhop.domain.reasons import Reason
from bellhop.domain.status import Dispatch, Status, outcome_of
from bellhop.domain.stops import StopReason
from bellhop.usecases.cancel import cancel
from bellhop.usecases.ports import AcceptedRequest, SendOutcome, SendResult
from bellhop.usecases.record_event import EmailEvent, record_event
from bellhop.usecases.send_email import Sending, Worker
from bellhop.usecases.stops import Stops
from tests.builders import GUEST, NOW, TENANT, a_fact, an_email
from tests.unit.fakes import (
    FakeClock,
    FakeContacts,
    FakeEvents,
    FakeRecords,
    FakeRequests,
    FakeStops,
    FakeTenants,
)
from tests.unit.protocol.workers import Call, Ending, Reach, Running, Stepped

LEASE, WINDOW, LATE = timedelta(seconds=90), timedelta(minutes=15), timedelta(minutes=5)
LONGEST_RUN = timedelta(seconds=60)
"""A function that runs longer is ended by Lambda."""
NOT_SENT = {Status.QUEUED, Status.CANCELLED, Status.LAPSED, Status.SUPPRESSED, Status.FAILED}
ENDED = {FactKind.CANCELLED, FactKind.SUPPRESSED, FactKind.LAPSED, FactKind.UNKNOWN}


class Broken(AssertionError):  # noqa: N818 (a promise is broken: no error of the program)
    """A promise of the protocol was not kept."""


def promise(kept: bool, what: str) -> None:
    """Raises :class:`Broken` unless it was kept."""
    if not kept:
        raise Broken(what)


class Answer(StrEnum):
    """What SES does with a call."""

    TAKEN = "taken"
    TAKEN_UNHEARD = "taken_unheard"  # and the answer is lost
    LOST = "lost"  # it never takes it, and nobody is told
    THROTTLED = "throttled"
    STOPPED = "stopped"
    REFUSED = "refused"  # for good


_RESULT = {
    Answer.TAKEN: SendResult(outcome=SendOutcome.ACCEPTED, message_id="m"),
    Answer.TAKEN_UNHEARD: SendResult(outcome=SendOutcome.UNCERTAIN),
    Answer.LOST: SendResult(outcome=SendOutcome.UNCERTAIN),
    Answer.THROTTLED: SendResult(outcome=SendOutcome.REFUSED_FOR_NOW, is_throttle=True),
    Answer.STOPPED: SendResult(outcome=SendOutcome.REFUSED_FOR_NOW, stop=StopReason.TENANT_PAUSED),
    Answer.REFUSED: SendResult(outcome=SendOutcome.REFUSED, error="no"),
}
_MAY_BE_TAKEN = {Answer.TAKEN, Answer.TAKEN_UNHEARD, Answer.LOST}


@dataclass(eq=False, slots=True)
class Attempt:
    """What really became of one attempt.

    Attributes:
        lease_ends: by the promise, whatever the worker wrote.
        may_be_taken: whether SES may have taken it, as far as anybody but SES can tell.
        is_unheard: whether its worker got no answer from SES, or could not write it down.
        taken: how often SES took it.
    """

    id: str
    lease_ends: datetime
    may_be_taken: bool = False
    is_unheard: bool = False
    taken: int = 0

    def take(self) -> None:
        self.taken += 1


@dataclass(eq=False)
class Look(Running):
    """A worker's look at one copy of the email's queue message, which bears a number."""

    message: int = 0
    begun: datetime = NOW
    was_suppressed: bool = False
    was_settled: bool = False
    late_until: datetime = NOW
    attempt: Attempt | None = None
    calls_ses: bool = False  # its call is on the wire
    answer_to_come: Answer = Answer.TAKEN


class World:
    """An email that was accepted, and all that happens to it."""

    lease = LEASE
    worker_class: type[Worker] = Worker
    records_class: type[FakeRecords] = FakeRecords

    def __init__(self, guarantee: Guarantee, copies: int = 1) -> None:
        self.email = an_email(guarantee=guarantee)
        self.clock, self.contacts = FakeClock(NOW), FakeContacts()
        self.records, self.requests = self.records_class(), FakeRequests()
        self.events, self.stop_items = FakeEvents(), FakeStops()
        self.messages = set(range(copies))  # SQS repeats messages, and a CRM its requests
        self.looks: list[Look] = []
        self.attempts: list[Attempt] = []
        self.stragglers: list[Callable[[], object]] = []
        self.heard_until: datetime | None = None
        self.is_cancelled = self.is_settled = self.is_suppressed = False
        self._looking: Look | None = None
        waiting = DeliveryRecord.of(self.email, Dispatch.WAITING)
        self.requests.put(
            AcceptedRequest(
                tenant=TENANT,
                key=self.email.id.request,
                payload_hash="",
                emails=(waiting,),
                blocks_until=NOW + timedelta(hours=72),
            ),
            NOW,
        )

    @property
    def record(self) -> DeliveryRecord:
        return self.records.get(self.email.id) or DeliveryRecord.of(self.email, Dispatch.WAITING)

    @property
    def status(self) -> Status:
        return outcome_of(self.record.facts, self.record.dispatch).status

    @property
    def taken(self) -> int:
        """How often SES took the email."""
        return sum(each.taken for each in self.attempts)

    # What workers do.

    def look(self, message: int = 0, *, has_time: bool = True) -> Look:
        """A worker gets a copy of the message, whoever else works on one."""
        look = Look(
            message=message,
            work=lambda: self._worker().send(self.email, lambda: has_time),
            begun=self.clock(),
            was_suppressed=self.is_suppressed,
            was_settled=self.is_settled,
            late_until=self.events.late_until or NOW,
        )
        self.looks.append(look)
        self._proceed(look, look.start)
        return look

    def step(self, look: Look, ending: Ending, answer: Answer) -> None:
        """Lets one call happen; one to SES takes two steps, between which it is on the wire."""
        if look.calls_ses:
            look.calls_ses = False
            self._proceed(look, lambda: look.give(_RESULT[look.answer_to_come]))
        elif _is_send(look.call):
            self._begin(look, answer)
        else:
            self._proceed(look, lambda: self._keep(look.step(ending)))

    def go_on(self, look: Look, calls: int, ending: Ending, answer: Answer) -> None:
        """Lets some calls happen, the last of which ends so."""
        for left in range(calls, 0, -1):
            if look.call:
                self.step(look, ending if left == 1 else Ending.ANSWERED, answer)

    def finish(self, look: Look, answer: Answer = Answer.TAKEN) -> Sending | None:
        """Lets a worker end with all its calls answered."""
        while look.call:
            self.step(look, Ending.ANSWERED, answer)
        return look.result

    def kill(self, look: Look, reach: Reach) -> None:
        """Ends a worker where it stands; its message comes again."""
        if look.attempt:
            look.attempt.is_unheard = True
        if not _is_send(look.call):
            self._keep(look.kill(reach))
        else:
            self._kill_in_call(look, reach)
        self.looks.remove(look)

    def arrive(self) -> None:
        """What was on its way arrives."""
        self.stragglers.pop(0)()

    # What others do.

    def pass_time(self, duration: timedelta) -> None:
        """Time passes, and Lambda ends whoever runs for too long."""
        later = self.clock() + duration
        for look in [each for each in self.looks if later - each.begun > LONGEST_RUN]:
            self.kill(look, Reach.ON_ITS_WAY)
        self.clock.now = later

    def hear_of_others(self) -> None:
        """An event comes of another email that SES took just now."""
        self._hear(self.clock())

    def fall_behind(self) -> None:
        """An event is read that has waited for long: others may wait behind it."""
        self.events.late_until = self.clock() + LATE

    def tell(self, attempt: Attempt, kind: FactKind) -> None:
        """SES tells something of an attempt that it took."""
        event = EmailEvent(
            email_id=self.email.id,
            fact=a_fact(kind, attempt=attempt.id, reason=Reason.MAILBOX_FULL),
        )
        self._hear(attempt.lease_ends - LEASE)
        record_event(
            event, records=self.records, contacts=self.contacts, tenants=FakeTenants(TENANT)
        )
        self.is_settled = True

    def suppress(self) -> None:
        self.is_suppressed = True
        self.contacts.suppress(
            tenant=TENANT,
            key=self.email.id.contact,
            address=GUEST,
            suppression=Suppression(identity="c", reason="complaint", at=NOW, email_id="em"),
        )

    def erase(self) -> None:
        """The guest's data is erased: what is left says that nobody may be mailed."""
        self.is_suppressed = True
        key = self.email.id.contact
        self.contacts.kept[key] = Contact(
            tenant=TENANT, key=key, address="", suppressions={}, erased_at=self.clock()
        )

    def cancel(self) -> None:
        try:
            cancel(
                str(self.email.id),
                tenant=TENANT,
                records=self.records,
                requests=self.requests,
                clock=self.clock,
            )
        except EmailNotCancellableError:
            return
        self.is_cancelled = True

    # What is promised.

    def check(self) -> None:
        """At every moment."""
        promise(
            self.record.dispatch is Dispatch.DONE or bool(self.messages),
            "an email that is not done has lost its queue message",
        )
        promise(self.record.attempts >= self.taken, "more copies than attempts are shown")
        promise(
            self.status not in NOT_SENT or not any(each.may_be_taken for each in self.attempts),
            f"it is {self.status}, though SES may have taken it",
        )
        for look in self.looks:
            if look.calls_ses:
                self._check_claim(look)
        self._check_uncertainty()

    def _check_claim(self, look: Look) -> None:
        """While a call is on the wire the claim is its own, unless SES itself has spoken."""
        record, attempt = self.record, look.attempt
        assert attempt is not None
        is_ours = record.claim is not None and record.claim.attempt == attempt.id
        promise(
            record.dispatch is Dispatch.DONE or (record.dispatch is Dispatch.CLAIMED and is_ours),
            "a call is on the wire without a claim",
        )
        promise(
            self.is_settled or not any(fact.kind in ENDED for fact in record.facts),
            "an email was ended while a call was on the wire",
        )

    def _check_uncertainty(self) -> None:
        claim = self.record.claim
        if claim is None or claim.uncertain_since is None:
            return
        alive = next((each for each in self.looks if _has(each, claim.attempt)), None)
        promise(
            alive is None or alive.attempt is None or alive.attempt.is_unheard,
            "an email is called uncertain while its worker lives",
        )

    def _check_call(self, look: Look) -> None:
        """When SES is about to be called."""
        promise(not any(each.calls_ses for each in self.looks), "two calls are on the wire")
        promise(not look.was_suppressed, "a suppressed guest is mailed")
        promise(not look.was_settled, "an email is sent though SES has told of it")
        promise(not self.is_cancelled, "a cancelled email is sent")
        promise(look.begun < self.email.not_after, "an email is sent after its time")
        for earlier in self.attempts:
            if earlier.may_be_taken and earlier is not look.attempt:
                self._check_second(earlier, look)

    def _check_second(self, earlier: Attempt, look: Look) -> None:
        """Where an earlier attempt may have been taken."""
        ends = earlier.lease_ends + WINDOW
        promise(
            self.email.guarantee is Guarantee.AT_LEAST_ONCE, "at_most_once is perhaps sent twice"
        )
        promise(self.clock() >= ends, "an email is sent again before its window is over")
        promise(
            self.heard_until is not None and self.heard_until > ends,
            "an email is sent again though no event shows that silence means something",
        )
        promise(
            self.heard_until is None or self.heard_until > look.late_until,
            "an email is sent again though its event may wait behind others",
        )

    def _check_end(self, look: Look) -> None:
        """When a worker ends: it leaves no claim of its own that nobody knows about."""
        claim = self.record.claim
        if self.record.dispatch is not Dispatch.CLAIMED or claim is None:
            return
        promise(
            not _has(look, claim.attempt)
            or claim.uncertain_since is not None
            or any(not name.endswith(".claim") for name in look.failed_calls),
            "a worker ended and left its claim behind",
        )

    # How it works.

    def _worker(self) -> Worker:
        return self.worker_class(
            contacts=Stepped("contacts", self.contacts),
            records=Stepped("records", self.records),
            ses=Stepped("ses", _Ses()),
            alignment_of=lambda *_sender: None,
            events=Stepped("events", self.events),
            stops=Stops(self.stop_items, self.clock, dict.fromkeys(EmailClass, "set")),
            throttled=lambda _class: None,
            clock=self.clock,
            new_attempt_id=self._new_attempt,
            lease=self.lease,
            windows=dict.fromkeys(EmailClass, WINDOW),
        )

    def _new_attempt(self, now: datetime) -> str:
        assert self._looking is not None
        attempt = Attempt(id=f"at_{len(self.attempts) + 1}", lease_ends=now + LEASE)
        self.attempts.append(attempt)
        self._looking.attempt = attempt
        return attempt.id

    def _proceed(self, look: Look, go: Callable[[], None]) -> None:
        self._looking = look
        go()
        if look.call is None:
            self.looks.remove(look)
            self._check_end(look)
            if look.attempt and look.failed_calls:
                look.attempt.is_unheard = True
            if look.result is not None and look.result.leaves_queue:
                self.messages.discard(look.message)
        self.check()

    def _begin(self, look: Look, answer: Answer) -> None:
        self._check_call(look)
        assert look.attempt is not None
        look.calls_ses, look.answer_to_come = True, answer
        look.attempt.may_be_taken = answer in _MAY_BE_TAKEN
        look.attempt.is_unheard = _RESULT[answer].outcome is SendOutcome.UNCERTAIN
        look.attempt.taken += answer in {Answer.TAKEN, Answer.TAKEN_UNHEARD}
        self.check()

    def _kill_in_call(self, look: Look, reach: Reach) -> None:
        """Whatever SES said, nobody hears it."""
        attempt = look.attempt
        assert attempt is not None
        attempt.may_be_taken = True
        if not look.calls_ses:
            self._check_call(look)
            attempt.taken += reach is Reach.THERE
            if reach is Reach.ON_ITS_WAY:
                self.stragglers.append(attempt.take)
        look.calls_ses = False
        look.kill(Reach.NOWHERE)

    def _keep(self, straggler: Callable[[], object] | None) -> None:
        if straggler:
            self.stragglers.append(straggler)

    def _hear(self, sent_at: datetime) -> None:
        self.heard_until = max(self.heard_until or sent_at, sent_at)
        self.events.came = self.heard_until


class _Ses:
    """Has no effect by itself: the world says what SES does."""

    def send(self, *_call: object) -> None: ...

    def probe(self, *_call: object) -> None: ...


def _is_send(call: Call | None) -> bool:
    return call is not None and call.name == "ses.send"


def _has(look: Look, attempt: str) -> bool:
    return look.attempt is not None and look.attempt.id == attempt
