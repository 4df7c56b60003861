"""The wire between the functions and AWS: every call that leaves a process passes here, below
botocore and PynamoDB alike, is written down, and can go wrong or be a moment at which something
else happens."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError
from ministack.services import dynamodb

from bellhop.domain.identifiers import EmailId
from tests.unit.fakes import FakeClock

JSON = {"Content-Type": "application/x-amz-json-1.0"}
RATE = 100_000.0  # emails a second: nobody waits for the pace here


class Killed(BaseException):
    """The process ends here: no `except Exception` sees it."""


class Trouble(StrEnum):
    """What goes wrong with one call."""

    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    LOST = "timeout, no effect"  # whoever repeats calls by itself gets an answer then
    UNANSWERED = "timeout, with effect"
    DOWN = "no answer, no effect"  # however often it is repeated by itself
    DOWN_UNANSWERED = "no answer, with effect"


BEFORE = {Trouble.KILLED_BEFORE, Trouble.LOST, Trouble.DOWN}
KILLS = {Trouble.KILLED_BEFORE, Trouble.KILLED_AFTER}
LASTS = {Trouble.DOWN, Trouble.DOWN_UNANSWERED}


class Answer(StrEnum):
    """What SES does with an email."""

    TAKEN = "taken"
    TAKEN_UNHEARD = "taken, and the answer lost"
    LOST = "not taken, and the answer lost"
    THROTTLED = "throttled"
    PAUSED = "paused"
    REFUSED = "refused for good"


_ERRORS = {
    Answer.THROTTLED: (429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    Answer.PAUSED: (400, "SendingPausedException", "Sending paused for this account."),
    Answer.REFUSED: (400, "MessageRejected", "Email address on a list of your own."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A call that leaves a process.

    Attributes:
        function: which calls.
        operation: as ``dynamodb.UpdateItem``.
    """

    function: str
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An email that SES took, which is what the recipient's server got."""

    email_id: EmailId | None
    attempt: str
    address: str
    at: datetime


Moment = Trouble | Callable[[], None]
"""What happens at a step: trouble with the call, or something else just before it."""


@dataclass(slots=True)
class Wire:
    """Answers for DynamoDB, SQS and SES.

    Attributes:
        function: whose process makes the calls; empty where it is none's.
        steps: the calls so far.
        at, moment: which of them is a moment, and of what.
        answers: what SES does with the next emails; takes them when there is nothing left.
        queued, parked: bodies that were put into the lane queues, and into dead-letter queues.
        inbox: what SES took.
        down: the call that gets no answer for as long as its process works on this.
    """

    clock: FakeClock
    at: int = -1
    moment: Moment | None = None
    function: str = ""
    steps: list[Step] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)
    queued: list[str] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)
    inbox: list[Taken] = field(default_factory=list)
    down: tuple[str, Any] | None = None

    def send(self, request: Any) -> AWSResponse:
        """In the place of botocore's HTTP session."""
        operation = _operation(request)
        if not self.function:  # nobody's step: a test looks at the table, or prepares it
            return self._answer(operation, request)
        number, step = len(self.steps), Step(self.function, operation)
        self.steps.append(step)
        if self.down == (operation, request.body):
            raise ReadTimeoutError(endpoint_url=request.url)
        moment = self.moment if number == self.at else None
        if callable(moment):
            moment()
            moment = None
        if moment in LASTS:
            self.down = (operation, request.body)
        if moment in BEFORE:
            raise self._end(moment, request)
        answer = self._answer(operation, request)
        if moment:
            raise self._end(moment, request)
        return answer

    def _end(self, trouble: Trouble, request: Any) -> BaseException:
        return Killed() if trouble in KILLS else ReadTimeoutError(endpoint_url=request.url)

    def _answer(self, operation: str, request: Any) -> AWSResponse:
        service, _, name = operation.partition(".")
        if service == "dynamodb":
            return _response(*_dynamodb(request))
        asked = json.loads(request.body) if request.body else {}
        return _response(*_ANSWERS[name](self, asked, request))

    def _send_email(self, asked: Mapping[str, Any], request: Any) -> _Raw:
        tags = {each["Name"]: each["Value"] for each in asked.get("EmailTags", [])}
        is_probe = not tags
        answer = self.answers.popleft() if self.answers and not is_probe else Answer.TAKEN
        if answer in _ERRORS:
            status, code, message = _ERRORS[answer]
            headers = {"x-amzn-ErrorType": code, **JSON}
            return status, headers, json.dumps({"message": message}).encode()
        if answer is not Answer.LOST:
            self.inbox.append(
                Taken(
                    email_id=EmailId.parse(tags.get("bellhop-email", "")),
                    attempt=tags.get("bellhop-attempt", ""),
                    address=asked["Destination"]["ToAddresses"][0],
                    at=self.clock(),
                )
            )
        if answer is not Answer.TAKEN:
            raise ReadTimeoutError(endpoint_url=request.url)
        return _ok(MessageId=f"0102-{len(self.inbox)}")

    def _send_message_batch(self, asked: Mapping[str, Any], _request: Any) -> _Raw:
        self.queued += [each["MessageBody"] for each in asked["Entries"]]
        sent = [{"Id": e["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for e in asked["Entries"]]
        return _ok(Successful=sent, Failed=[])

    def _send_message(self, asked: Mapping[str, Any], _request: Any) -> _Raw:
        self.parked.append(asked["MessageBody"])
        return _ok(MessageId="m", MD5OfMessageBody="")


_Raw = tuple[int, dict[str, str], bytes]


def _ok(**value: Any) -> _Raw:
    return 200, JSON, json.dumps(value).encode()


def _identity(*_call: Any) -> _Raw:
    dkim = {"SigningEnabled": True, "Status": "SUCCESS"}
    return _ok(DkimAttributes=dkim, MailFromAttributes={"MailFromDomainStatus": "SUCCESS"})


_ANSWERS: Mapping[str, Callable[..., _Raw]] = {
    "SendEmail": Wire._send_email,
    "SendMessageBatch": Wire._send_message_batch,
    "SendMessage": Wire._send_message,
    "ChangeMessageVisibility": lambda *_call: _ok(),
    "GetAccount": lambda *_call: _ok(SendQuota={"MaxSendRate": RATE}),
    "GetEmailIdentity": _identity,
}
# SES's operations have paths, by which they are told apart here.
_SES_PATHS = {
    "/v2/email/outbound-emails": "SendEmail",
    "/v2/email/account": "GetAccount",
    "/v2/email/identities": "GetEmailIdentity",
}


def _operation(request: Any) -> str:
    target = request.headers.get("X-Amz-Target", "")
    target = target.decode() if isinstance(target, bytes) else target
    return operation_of(target or "/" + request.url.split("/", 3)[3])


def operation_of(called: str) -> str:
    """A call's name, as ``dynamodb.UpdateItem``, by its X-Amz-Target or else its path."""
    if not called.startswith("/"):
        service, _, name = called.partition(".")
        return f"{'dynamodb' if service.startswith('DynamoDB') else 'sqs'}.{name}"
    return "ses." + next(name for begin, name in _SES_PATHS.items() if called.startswith(begin))


def _dynamodb(request: Any) -> _Raw:
    """The emulator's own DynamoDB, in this process: a call takes a part of a millisecond."""
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    body = request.body.encode() if isinstance(request.body, str) else request.body
    answering = dynamodb.handle_request("POST", "/", headers, body, {})
    try:
        answering.send(None)
    except StopIteration as answered:
        status, answer_headers, answer = answered.value
        return status, answer_headers, answer
    raise AssertionError("the emulator's DynamoDB waits for something")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class _Body:
    """What botocore reads a response's body from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_options: Any, **_more: Any) -> list[bytes]:
        return [self._body]


def _response(status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    return AWSResponse("https://aws.test/", status, HTTPHeaders.from_dict(headers), _Body(body))
