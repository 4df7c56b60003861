"""Works through an SQS batch and reports what failed, so that only that comes again.

Powertools' batch processor does the same at three times this module's import time, on the path
where every millisecond is paid for each cold start (bench/imports.py).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger

Record = Mapping[str, Any]
BatchResponse = dict[str, list[dict[str, str]]]


def queued_at(record: Record) -> datetime:
    """When a message came into its queue."""
    return datetime.fromtimestamp(int(record["attributes"]["SentTimestamp"]) / 1000, UTC)


def process(
    records: Sequence[Record], work: Callable[[Record], bool], logger: Logger
) -> BatchResponse:
    """Calls ``work`` for each record.

    A record for which it returns False or raises stays in the queue and comes again; what was
    raised is logged with the record's id, never with its content.
    """
    failed = []
    for record in records:
        try:
            done = work(record)
        except Exception as error:  # one bad record must not bring back the rest of its batch
            logger.exception(
                "record failed", message_id=record["messageId"], error=type(error).__name__
            )
            done = False
        if not done:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
