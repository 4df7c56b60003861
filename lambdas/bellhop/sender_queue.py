"""The queue of wishes to look at a sender; its messages are the timers of onboarding."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from bellhop.domain.errors import NotAcceptedError
from bellhop.usecases.ports import Job

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

# What SQS allows for a message that was received: 12 hours.
_LONGEST = timedelta(hours=12)
_FIRST_RETRY, _LONGEST_RETRY = timedelta(seconds=5), timedelta(hours=1)


def decode(body: str) -> Job:
    """The job in a message's body; raises ValueError or KeyError for what is none of ours."""
    value = json.loads(body)
    not_before = value.get("not_before")
    return Job(
        tenant=value["tenant"],
        domain=value["domain"],
        run=value["run"],
        not_before=datetime.fromisoformat(not_before) if not_before else None,
    )


def retry_after(receives: int) -> timedelta:
    """How long a job that failed waits: 5 s, 10 s, 20 s … an hour."""
    return min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** min(receives - 1, 10))


class SenderQueue:
    """See :class:`bellhop.usecases.ports.Jobs`."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, job: Job, *, delay: timedelta) -> None:
        """Queues a job, or raises NotAcceptedError."""
        value = {"tenant": job.tenant, "domain": job.domain, "run": job.run}
        if job.not_before:
            value["not_before"] = job.not_before.isoformat()
        body = json.dumps(value)
        try:
            self._client.send_message(
                QueueUrl=self._url, MessageBody=body, DelaySeconds=int(delay.total_seconds())
            )
        except (ClientError, BotoCoreError) as error:
            raise NotAcceptedError("The queue does not answer. Repeat the request.") from error

    def come_again(self, record: Mapping[str, Any], after: timedelta) -> None:
        """Hides a received message for a while."""
        self._client.change_message_visibility(
            QueueUrl=self._url,
            ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=int(min(after, _LONGEST).total_seconds()),
        )
