"""Deployed functions that end by ``os._exit`` at each of their calls, and what becomes of emails
meanwhile."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bellhop.domain.emails import DeliveryRecord, Guarantee
from bellhop.domain.identifiers import EmailId
from bellhop.domain.status import Status, outcome_of
from bellhop.store.record_codec import record_of
from bellhop.store.table import EmailItem
from local.internet import Outcome
from tests.end_to_end.deployment import Deployment, eventually
from tests.end_to_end.test_uncertain import short_waits
from tests.integration.breaking.wire import operation_of

FUNCTIONS = ("api", "send", "ingest")
QUEUES = ("TransactionalQueueUrl", "EventsQueueUrl")
VARIABLE = "BELLHOP_LOCAL_DEATHS"
HIDDEN = 2  # seconds, until a message that a dead process had comes again
AT_ONCE = 8  # emails
ONE_MORE = 4  # seconds
MOST = 80  # emails
PATIENCE = 240  # seconds
ENDS = {Status.DELIVERED, Status.UNKNOWN}
_numbers = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """Where a process ends.

    Attributes:
        call: its X-Amz-Target or path.
        occurrence: which of the process's calls of that name, counted from 0.
        moment: ``before`` the call leaves, or ``after`` its answer came.
    """

    function: str
    call: str
    occurrence: int
    moment: str

    @property
    def operation(self) -> str:
        return operation_of(self.call)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What became of one email: its record, and how many copies the guest's server took."""

    record: DeliveryRecord
    copies: int

    @property
    def status(self) -> Status:
        return outcome_of(self.record.facts, self.record.dispatch).status

    @property
    def faults(self) -> Iterator[str]:
        """Where it is not as promised. All events come here, so that only an email that no server
        got may be unknown."""
        once = self.record.guarantee is Guarantee.AT_MOST_ONCE
        if self.status not in ENDS:
            yield f"it is {self.status} for ever"
        if self.status is Status.UNKNOWN and not once:
            yield "it was not sent again"
        if (self.status is Status.DELIVERED) is not bool(self.copies):
            yield f"it is {self.status}, and the server took {self.copies}"
        if self.copies > (1 if once else self.record.attempts):
            yield f"the server took {self.copies}, attempts say {self.record.attempts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dying:
    """What happened: the deaths that processes met, those that none met, and the emails' ends."""

    met: Sequence[Death]
    missed: Sequence[Death]
    ends: Sequence[End]


def die_everywhere(
    deployment: Deployment, directory: Path, moments: Sequence[str] = ("before", "after")
) -> Dying:
    """Sends emails until a process of each function has died at these moments of each of its calls.

    The calls are those that a run without deaths makes. After one of them is before the next one.
    """
    with _quick(deployment):
        calls = _calls(deployment, directory / "calls")
        deaths = {
            function: list(_deaths(function, calls[function], moments)) for function in FUNCTIONS
        }
        with _told(deployment, directory / "deaths", deaths) as directories:
            emails = _send(deployment, directories, deaths)
            met = [
                death
                for function, each in deaths.items()
                for number, death in enumerate(each)
                if (directories[function] / f"{number}.died").exists()
            ]
    every = itertools.chain(*deaths.values())
    return Dying(
        met=met,
        missed=[death for death in every if death not in met],
        ends=[End(record=_arrived(email), copies=email.copies()) for email in emails],
    )


def table(dying: Dying) -> str:
    """Where processes died, and what became of the emails, as Markdown."""
    lines = ["| function | call | died before it | died after it |", "|---|---|---|---|"]
    met = Counter((death.function, death.operation, death.moment) for death in dying.met)
    for function, operation in sorted({(each.function, each.operation) for each in dying.met}):
        times = [met[function, operation, moment] for moment in ("before", "after")]
        lines.append(f"| {function} | {operation} | {times[0]} | {times[1]} |")
    return "\n".join([*lines, "", _sum(dying)])


def _sum(dying: Dying) -> str:
    became = Counter(
        f"{end.status} after {end.record.attempts} attempts, sent {end.copies} times"
        for end in dying.ends
    )
    told = "; ".join(f"{number} {end}" for end, number in sorted(became.items()))
    faults = sum(len([*end.faults]) for end in dying.ends)
    return (
        f"{len(dying.met)} deaths, {len(dying.missed)} not met; {len(dying.ends)} emails: {told}; "
        f"{faults} not as promised."
    )


def _send(
    deployment: Deployment, directories: Mapping[str, Path], deaths: Mapping[str, Sequence[Death]]
) -> list[_Email]:
    """Emails, some at once, as long as processes have to die; each until it has its end, and one
    more now and then until all have: events of later emails tell about an uncertain one."""

    def still_to_die() -> bool:
        return any(
            len(list(directories[function].glob("*.died"))) < len(each)
            for function, each in deaths.items()
        )

    emails: list[_Email] = []
    newest, end = 0.0, time.monotonic() + PATIENCE
    while True:
        waiting = [email for email in emails if not email.has_ended()]
        is_wanted = still_to_die() or (waiting and time.monotonic() > newest + ONE_MORE)
        if is_wanted and len(waiting) < AT_ONCE and len(emails) < MOST:
            newest = time.monotonic()
            deployment.forget_alignment("hotel-sol.test")
            emails.append(_Email(deployment))
            waiting.append(emails[-1])
        if not waiting:
            break
        assert time.monotonic() < end, f"{[email.record() for email in waiting]} have no end"
        for email in waiting:
            email.ask_now_and_then()
        time.sleep(0.1)
    eventually(lambda: not any(deployment.visible_messages(queue) for queue in QUEUES))
    return emails


def _calls(deployment: Deployment, directory: Path) -> dict[str, Counter[str]]:
    """Every call that leaves a function on the way of an email: read from a run."""
    with _told(deployment, directory, {}) as directories:
        email = _Email(deployment)
        eventually(email.ask)
        eventually(email.has_ended)
    return {function: _most_of_a_process(each) for function, each in directories.items()}


def _most_of_a_process(directory: Path) -> Counter[str]:
    """How often each call was made by the process that made it most."""
    most: Counter[str] = Counter()
    for file in directory.glob("*.calls"):
        most |= Counter(file.read_text().splitlines())
    return most


def _deaths(function: str, calls: Mapping[str, int], moments: Sequence[str]) -> Iterator[Death]:
    for call, times in calls.items():
        for occurrence, moment in itertools.product(range(times), moments):
            yield Death(function=function, call=call, occurrence=occurrence, moment=moment)


class _Email:
    """An email whose CRM asks until it is accepted, and again as long as it has no end: every
    message that this puts into the queue is another look at it."""

    def __init__(self, deployment: Deployment) -> None:
        number = next(_numbers)
        self._deployment = deployment
        self._address = f"elena.ruiz+dying{number}@correo.test"
        self._guarantee = "at_most_once" if number % 2 else "at_least_once"
        self._key = f"dying-{number}"
        self._id: EmailId | None = None
        self._asked = 0.0

    def ask_now_and_then(self) -> None:
        if self._id is None or time.monotonic() > self._asked + HIDDEN:
            self.ask()

    def ask(self) -> bool:
        """Posts the request; whether it was answered."""
        self._asked = time.monotonic()
        answer = self._deployment.post(self._address, key=self._key, guarantee=self._guarantee)
        if answer.status >= 500:
            return False
        assert answer.status == 202, answer.body
        (email,) = answer.body["emails"]
        assert str(self._id or email["id"]) == email["id"], "one key made two emails"
        self._id = EmailId.parse(email["id"])
        return True

    def has_ended(self) -> bool:
        record = self.record()
        return record is not None and outcome_of(record.facts, record.dispatch).status in ENDS

    def copies(self) -> int:
        transcripts = self._deployment.world.internet.transcripts.for_recipient(self._address)
        return sum(each.outcome is Outcome.ACCEPTED for each in transcripts)

    def record(self) -> DeliveryRecord | None:
        """From the table, lest looking at it be a step of its own."""
        if self._id is None:
            return None
        answer = self._deployment.client("dynamodb").get_item(
            TableName=self._deployment.outputs["TableName"],
            Key={"pk": {"S": f"C#{self._id.contact}"}, "sk": {"S": f"E#{self._id.ulid}"}},
            ConsistentRead=True,
        )
        item = answer.get("Item")
        return record_of(EmailItem.from_raw_data(item)) if item else None


def _arrived(email: _Email) -> DeliveryRecord:
    record = email.record()
    assert record
    return record


@contextmanager
def _quick(deployment: Deployment) -> Iterator[None]:
    """What a dead process had in hand comes again within seconds, not after six timeouts; and as
    often as processes die with it, where SQS would put it aside after the fifth."""
    sqs, names = deployment.client("sqs"), ["VisibilityTimeout", "RedrivePolicy"]
    urls = [deployment.outputs[name] for name in QUEUES]
    before = {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        for url in urls
    }
    for url, attributes in before.items():
        patient = json.loads(attributes["RedrivePolicy"]) | {"maxReceiveCount": 100}
        quick = {"VisibilityTimeout": str(HIDDEN), "RedrivePolicy": json.dumps(patient)}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=quick)
    try:
        with short_waits(deployment):
            yield
    finally:
        for url, attributes in before.items():
            sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


@contextmanager
def _told(
    deployment: Deployment, directory: Path, deaths: Mapping[str, Sequence[Death]]
) -> Iterator[dict[str, Path]]:
    """Functions that begin anew, write down their calls, and die where they are told to."""
    directories = {function: directory / function for function in FUNCTIONS}
    with ExitStack() as stack:
        for function, each in directories.items():
            each.mkdir(parents=True)
            plan = {
                "directory": str(each),
                "deaths": [
                    {"call": one.call, "occurrence": one.occurrence, "moment": one.moment}
                    for one in deaths.get(function, ())
                ],
            }
            variables = {VARIABLE: json.dumps(plan)}
            stack.enter_context(deployment.environment(function, **variables))
        yield directories
