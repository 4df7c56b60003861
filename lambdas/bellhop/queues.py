"""The queues: emails that wait to be sent, and events that could not be read."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bellhop.domain.emails import Email, EmailClass, Guarantee, Mailbox, Recipient
from bellhop.domain.errors import ContentTooLargeError, NotAcceptedError
from bellhop.domain.identifiers import EmailId
from bellhop.usecases.patience import Patience
from bellhop.usecases.send_email import Sending

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

# SQS answers in milliseconds; a caller waits for seconds at most, and may repeat what it asked.
QUICK = Config(
    connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"}
)
_BATCH = 10  # messages a SendMessageBatch call takes
# Bytes for the reason with which `send` would put a message aside: 256 characters and its name.
_SPARE = 1_100
_VERSION = 1  # of the message's form


def encode(email: Email) -> str:
    """An email as its queue message's body."""
    reply_to = email.reply_to and _mailbox_value(email.reply_to)
    return json.dumps(
        {
            "version": _VERSION,
            "id": str(email.id),
            "tenant": email.tenant,
            "sender": _mailbox_value(email.sender),
            "reply_to": reply_to,
            "to": _mailbox_value(email.recipient.mailbox),
            "locale": email.recipient.locale,
            "contact_ref": email.recipient.contact_ref,
            "unsubscribe_url": email.recipient.unsubscribe_url,
            "subject": email.subject,
            "html": email.html,
            "text": email.text,
            "metadata": dict(email.metadata),
            "reference": email.reference,
            "class": email.email_class.value,
            "guarantee": email.guarantee.value,
            "not_after": email.not_after.isoformat(),
            "resend_of": str(email.resend_of) if email.resend_of else None,
        },
        ensure_ascii=False,  # web/fields.py refuses what SQS does not take
        separators=(",", ":"),
    )


def decode(body: str) -> Email:
    """The email in a queue message's body.

    Raises:
        ValueError, KeyError: not a message of ours.
    """
    value: dict[str, Any] = json.loads(body)
    email_id = EmailId.parse(value["id"])
    if value["version"] != _VERSION or email_id is None:
        raise ValueError(f"not an email of form {_VERSION}: version {value['version']}")
    return Email(
        id=email_id,
        tenant=value["tenant"],
        sender=Mailbox(**value["sender"]),
        reply_to=Mailbox(**value["reply_to"]) if value["reply_to"] else None,
        recipient=Recipient(
            mailbox=Mailbox(**value["to"]),
            locale=value["locale"],
            contact_ref=value["contact_ref"],
            unsubscribe_url=value["unsubscribe_url"],
        ),
        subject=value["subject"],
        html=value["html"],
        text=value["text"],
        metadata=value["metadata"],
        reference=value.get("reference", ""),  # a message from before has none
        email_class=EmailClass(value["class"]),
        guarantee=Guarantee(value["guarantee"]),
        not_after=datetime.fromisoformat(value["not_after"]),
        resend_of=EmailId.parse(value["resend_of"]) if value["resend_of"] else None,
    )


def _mailbox_value(mailbox: Mailbox) -> dict[str, str]:
    return {"address": mailbox.address, "name": mailbox.name}


class LaneQueue:
    """The queue of one lane.

    Args:
        client: SQS.
        url: of the queue.
        limit: bytes that a message, and a batch of them, may have.
    """

    def __init__(self, client: "SQSClient", url: str, limit: int) -> None:
        self._client = client
        self._url = url
        self._limit = limit

    def check_size(self, email: Email) -> None:
        """See :meth:`bellhop.usecases.ports.Lane.check_size`."""
        size = len(encode(email).encode())
        limit = self._limit - _SPARE
        if size > limit:
            largest = "html" if len(email.html) >= len(email.text) else "text"
            raise ContentTooLargeError(
                f"The email takes {size:,} bytes; {limit:,} is the limit for html, text and "
                f"everything else together. Shorten {largest}, or link to images and files.",
                param=f"/{largest}",
            )

    def put(self, emails: Sequence[Email]) -> None:
        """See :meth:`bellhop.usecases.ports.Lane.put`."""
        for batch in self._batches([encode(email) for email in emails]):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(index), "MessageBody": body} for index, body in enumerate(batch)
            ]
            try:
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            except (ClientError, BotoCoreError) as error:
                raise NotAcceptedError(
                    "The queue does not answer. Repeat the request with the same Idempotency-Key."
                ) from error
            if failed := answer.get("Failed"):
                raise NotAcceptedError(
                    f"{len(failed)} of {len(batch)} emails could not be queued "
                    f"({failed[0].get('Code')}). Repeat the request with the same Idempotency-Key."
                )

    def _batches(self, bodies: Sequence[str]) -> Iterator[list[str]]:
        """Up to ten messages that together stay within the limit."""
        batch: list[str] = []
        size = 0
        for body in bodies:
            length = len(body.encode())
            if batch and (len(batch) == _BATCH or size + length > self._limit):
                yield batch
                batch, size = [], 0
            batch.append(body)
            size += length
        if batch:
            yield batch


class Retries:
    """Decides when a queue message that is not done with comes again.

    The visibility timeout is the backoff: without it a message waits for as long as a dead worker
    could have held it.
    """

    def __init__(self, client: "SQSClient", url: str, patience: Patience) -> None:
        self._client = client
        self._url = url
        self._patience = patience

    def come_again(self, record: Mapping[str, Any], sending: Sending, time_left: timedelta) -> None:
        """Hides the message until it is worth another look.

        Args:
            time_left: until the email may not be sent any more.
        """
        delay = self._patience.until_next(sending, receives_of(record), time_left)
        self._client.change_message_visibility(
            QueueUrl=self._url,
            ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=math.ceil(delay.total_seconds()),
        )


def receives_of(record: Mapping[str, Any]) -> int:
    """How often a queue message was looked at, this time included."""
    return int(record["attributes"]["ApproximateReceiveCount"])
