"""Where a message goes that cannot be read: at once and with its reason, before SQS would move it
after five tries without one."""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient


class DeadLetterQueue:
    """A dead-letter queue that the function writes to itself."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _client(self) -> "SQSClient":
        # Imported here: nearly no invocation needs it, and every cold start would pay for it.
        import boto3

        from bellhop.queues import QUICK

        return boto3.client("sqs", config=QUICK)  # the function has seconds, as everywhere

    def put(self, body: str, *, reason: str) -> None:
        """Keeps a message with its reason in the attribute ``reason``."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=body,
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason[:256]}},
        )
