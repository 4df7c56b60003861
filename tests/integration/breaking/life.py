"""The life of a request's emails, with everybody who has a part in it: a CRM that repeats what was
not answered, a queue that delivers again, SES's events, and time that passes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bellhop.domain.contacts import Suppression
from bellhop.domain.emails import DeliveryRecord, Guarantee
from bellhop.domain.identifiers import EmailId, contact_key
from bellhop.domain.status import Status, outcome_of
from bellhop.store.contacts import ContactStore
from bellhop.store.records import RecordStore
from bellhop.store.table import ContactItem, EventFlowItem, SenderItem, StopItem
from tests import stories
from tests.builders import NOW, TENANT, an_email_id
from tests.integration.breaking.functions import LEASE, WINDOW, Functions
from tests.integration.breaking.wire import Answer, Killed, Taken, Wire
from tests.unit.api import EMAIL

ROUNDS = 7
A_ROUND = timedelta(seconds=LEASE + WINDOW + 1)
TRIES = 6
QUEUE_ARN = "arn:aws:sqs:eu-west-1:000000000000:transactional"
TOLD = {"delivered": Status.DELIVERED, "unknown user": Status.BOUNCED, "full": Status.BOUNCED}
SENT = {Status.SENT, Status.DELIVERED, Status.BOUNCED, Status.DELAYED}
REASONS = {Status.FAILED, Status.SUPPRESSED, Status.CANCELLED, Status.LAPSED, Status.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is asked for, and what SES makes of it.

    Attributes:
        items: how many emails, each a request of its own in a batch where there are more.
        answers: SES's, to the first emails; it takes all further ones.
        story: what its events tell, see tests/stories.py.
        is_silent: no event of these emails ever comes.
        first, then: what happens before the request, and between it and the queue.
        receives: how often the queue's messages were received before.
    """

    name: str
    items: int = 1
    guarantee: Guarantee = Guarantee.AT_LEAST_ONCE
    answers: Sequence[Answer] = ()
    story: str = "delivered"
    is_silent: bool = False
    first: Callable[[Life], None] = lambda _life: None
    then: Callable[[Life], None] = lambda _life: None
    receives: int = 0


@dataclass(slots=True)
class Message:
    """A message in a queue."""

    body: str
    receives: int = 0


@dataclass(slots=True)
class Life:
    """One run of a scenario.

    Attributes:
        number: no other run has it, so that none knows the other's guests.
        ids: of the accepted emails.
        messages, events: what the lane's queue and the events' queue hold.
    """

    scenario: Scenario
    functions: Functions
    wire: Wire
    number: int
    ids: list[EmailId] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    events: list[Message] = field(default_factory=list)
    _work: Callable[[], Any] = lambda: None
    _told: int = 0
    _queued: int = 0

    def run(self) -> None:
        """From the request to the end of everything."""
        self.functions.restart_all()
        _forget_all()
        self.wire.answers.extend(self.scenario.answers)
        self.scenario.first(self)
        self.ask()
        self.scenario.then(self)
        for _ in range(ROUNDS):
            self._deliver("send", self._lane(), QUEUE_ARN)
            self._tell()
            self._deliver("ingest", self.events, "arn:aws:sqs:eu-west-1:000000000000:events")
            self.wire.clock.now += A_ROUND
            if not self.messages and not self.events:
                break

    def deliver_once_more(self) -> None:
        """SQS may deliver any message again, long after it was done with."""
        for body in self.wire.queued:
            self._hand("send", Message(body), QUEUE_ARN)

    # What others do, at any moment.

    def another(self) -> None:
        """Somebody does the same at the same time: a second worker, or an impatient CRM."""
        self._beside(self._work)

    def suppress(self) -> None:
        """The guest complains of another email."""
        fact = Suppression(identity="c", reason="complaint", at=NOW, email_id="em")
        key, address = contact_key(TENANT, self.address(0)), self.address(0)
        self._beside(
            lambda: ContactStore().suppress(
                tenant=TENANT, key=key, address=address, suppression=fact
            )
        )

    def erase(self) -> None:
        """The guest's data is erased."""
        key, now = contact_key(TENANT, self.address(0)), self.wire.clock()
        tombstone = ContactItem(f"C#{key}", "CONTACT", tenant=TENANT, erased_at=now)
        self._beside(tombstone.save)

    def cancel(self) -> None:
        """The CRM takes the first email back, if it can know its id."""
        known = [*self.ids, *(json.loads(body)["id"] for body in self.wire.queued)]
        if not known:
            return
        path, crm = f"/v1/emails/{known[0]}/cancel", self.functions.crm
        self._beside(lambda: self._until_answered(lambda: crm.request("POST", path)))

    # What happens in order.

    def address(self, item: int) -> str:
        return f"guest{self.number}-{item}@correo.test"

    def ask(self) -> None:
        """The CRM asks until it gets an answer."""
        items = [
            EMAIL | {"to": [{"address": self.address(i)}], "guarantee": self.scenario.guarantee}
            for i in range(self.scenario.items)
        ]
        path, body = ("/v1/emails", items[0])
        if len(items) > 1:
            path, body = "/v1/emails/batch", {"emails": items}
        key, crm = f"request-{self.number}", self.functions.crm

        def accepted() -> tuple[int, Any, Any]:
            status, answer, headers = crm.request("POST", path, body, idempotency_key=key)
            whole = not any(each.get("problem") for each in answer.get("items", []))
            return status if whole else 503, answer, headers

        answer = self._until_answered(accepted)
        for item in answer.get("items", [answer]):
            found = [EmailId.parse(each["id"]) for each in item["emails"]]
            self.ids += [each for each in found if each]

    def _until_answered(self, ask: Callable[[], Any]) -> Any:
        for _ in range(TRIES):
            answered = self._in("api", ask)
            if answered and answered[0] < 500:
                return answered[1]
        raise AssertionError("the CRM never got an answer")

    def _lane(self) -> list[Message]:
        """The lane's queue, with what was put into it since."""
        for body in self.wire.queued[self._queued :]:
            self.messages.append(Message(body, self.scenario.receives))
            self._queued += 1
        return self.messages

    def _deliver(self, function: str, queue: list[Message], arn: str) -> None:
        for message in list(queue):
            if self._hand(function, message, arn):
                queue.remove(message)

    def _hand(self, function: str, message: Message, arn: str) -> bool | None:
        message.receives += 1
        record = {
            "messageId": "m",
            "receiptHandle": "r",
            "body": message.body,
            "eventSourceARN": arn,
            "attributes": {
                "ApproximateReceiveCount": str(message.receives),
                "SentTimestamp": str(int(self.wire.clock().timestamp() * 1000)),
            },
        }
        return self._in(function, lambda: self.functions.hand(function, record))

    def _tell(self) -> None:
        """SES tells, twice, what it took since."""
        news, self._told = self.wire.inbox[self._told :], len(self.wire.inbox)
        for taken in news:
            for event in _events(taken, self.scenario):
                self.events += [Message(event), Message(event)]

    def _in(self, function: str, work: Callable[[], Any]) -> Any:
        """Work in a function's process; ``None`` where that ended."""
        before, self.wire.function, self._work = self.wire.function, function, work
        self.wire.down = None
        try:
            return work()
        except Killed:
            self.functions.restart(function)
            return None
        finally:
            self.wire.function = before

    def _beside(self, work: Callable[[], Any]) -> None:
        own, self.wire.function = (self._work, self.wire.function), ""
        try:
            work()
        finally:
            self._work, self.wire.function = own


def _forget_all() -> None:
    """What the table keeps beside emails and guests, and would carry from one life to the next."""
    sender = SenderItem(f"T#{TENANT}", "SENDER#hotel-sol.test")
    sender.update(actions=[SenderItem.alignment.remove()])
    EventFlowItem("H#transactional", "EVENTS").delete()
    for item in StopItem.query("H#account"):
        item.delete()


def _events(taken: Taken, scenario: Scenario) -> Iterator[str]:
    if taken.email_id is None:
        yield _of_a_probe(taken)
    elif not scenario.is_silent:
        told = stories.Attempt(
            email_id=taken.email_id,
            address=taken.address,
            attempt=taken.attempt,
            sent_at=taken.at,
        )
        yield from told.tell(scenario.story)


def _of_a_probe(taken: Taken) -> str:
    probe = stories.Attempt(
        email_id=an_email_id(), address=taken.address, attempt="", sent_at=taken.at
    )
    event = json.loads(probe.event("Delivery", "taken", taken.at))
    tags = event["mail"]["tags"]
    event["mail"]["tags"] = {name: tags[name] for name in tags if not name.startswith("bellhop")}
    return json.dumps(event)


def records_of(life: Life) -> list[DeliveryRecord | None]:
    store = RecordStore(timedelta(days=400))
    return [store.get(email_id) for email_id in life.ids]


def outcomes(life: Life) -> Iterator[tuple[str, str]]:
    """Of each email: what became of it, and what is wrong with that or nothing."""
    if life.messages or life.events:
        yield "", "a message stays in its queue for ever"
    for email_id, record in zip(life.ids, records_of(life), strict=True):
        copies = sum(each.email_id == email_id for each in life.wire.inbox)
        if record is None:
            yield "lost", "there is no record of it"
            continue
        status = outcome_of(record.facts, record.dispatch).status
        yield _outcome(status, copies), "; ".join(_faults(life, record, status, copies))


def _outcome(status: Status, copies: int) -> str:
    if copies > 1:
        return "twice, and attempts say so"
    return f"{status}, sent once" if copies else f"{status}, not sent"


def _faults(life: Life, record: DeliveryRecord, status: Status, copies: int) -> Iterator[str]:
    scenario = life.scenario
    may_double = scenario.guarantee is Guarantee.AT_LEAST_ONCE and record.attempts >= copies
    if copies > 1 and not may_double:
        yield f"the server got it {copies} times, attempts say {record.attempts}"
    if copies and not scenario.is_silent and status is not TOLD[scenario.story]:
        yield f"the server got it, SES told so, and it is {status}"
    if not copies and status in SENT:
        yield f"it is {status}, and SES never got it"
    if not copies and status not in REASONS:
        yield f"it is lost: {status}"
    if status in {Status.QUEUED, Status.SENDING}:
        yield f"it is {status} for ever"
