"""Reads a dead-letter queue: each message once, without taking it away."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bellhop import queues
from bellhop.domain.addresses import masked
from bellhop.domain.emails import Email
from bellhop.domain.errors import UnreadableEventError
from bellhop.ses.wire import SesEvent, open_message

_HIDDEN_FOR = 300  # seconds; what is looked at is nobody else's meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was put aside.

    Attributes:
        lane: short name of its queue, e.g. ``transactional``.
        source: URL of the queue that it goes back to.
        put_aside_at: when it came into the dead-letter queue.
        reason: why, where a function put it there; SQS gives none.
        email: of a lane's message, if it is one.
        event: of an event's message, if it is one.
    """

    lane: str
    url: str
    source: str
    receipt: str
    body: str
    put_aside_at: datetime
    reason: str
    email: Email | None = None
    event: SesEvent | None = None

    @property
    def tenant(self) -> str:
        """Whose it is; empty where the message does not say."""
        if self.email:
            return self.email.tenant
        return self.event.tenant if self.event else ""

    @property
    def email_id(self) -> str:
        """The email it is about; empty where the message does not say."""
        email_id = self.email.id if self.email else self.event.email_id if self.event else None
        return str(email_id or "")

    @property
    def about(self) -> str:
        """What it is, in a few words, with no address to be read."""
        if self.email:
            return f"to {masked(self.email.recipient.mailbox.address)}"
        if self.event:
            return f"{self.event.kind} event"
        return f"unreadable: {masked(self.body[:60])!r}"


def letters(sqs: Any, lane: str, url: str, source: str) -> Iterator[DeadLetter]:
    """The messages of a dead-letter queue, each once, hidden from others for five minutes."""
    seen: set[str] = set()
    while True:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_HIDDEN_FOR,
            WaitTimeSeconds=1,  # asks all of SQS's servers; without it some messages are not found
            MessageAttributeNames=["All"],
            AttributeNames=["SentTimestamp"],
        )
        fresh = [each for each in answer.get("Messages", []) if each["MessageId"] not in seen]
        if not fresh:
            return
        for message in fresh:
            seen.add(message["MessageId"])
            yield _letter(message, lane, url, source)


def _letter(message: dict[str, Any], lane: str, url: str, source: str) -> DeadLetter:
    body = message["Body"]
    reason = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", "")
    sent_at = int(message["Attributes"]["SentTimestamp"]) / 1000
    return DeadLetter(
        lane=lane,
        url=url,
        source=source,
        receipt=message["ReceiptHandle"],
        body=body,
        put_aside_at=datetime.fromtimestamp(sent_at, UTC),
        reason=reason,
        email=_email(body),
        event=_event(body),
    )


def _email(body: str) -> Email | None:
    try:
        return queues.decode(body)
    except (ValueError, KeyError, TypeError):
        return None


def _event(body: str) -> SesEvent | None:
    try:
        return open_message(body)
    except UnreadableEventError:
        return None


def as_json(letter: DeadLetter) -> str:
    """A letter as one line of JSON."""
    return json.dumps(
        {
            "queue": letter.lane,
            "put_aside_at": letter.put_aside_at.isoformat(),
            "reason": letter.reason or None,
            "tenant": letter.tenant or None,
            "email": letter.email_id or None,
            "about": letter.about,
        },
        ensure_ascii=False,
    )
