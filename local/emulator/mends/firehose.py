"""A topic's messages reach a Firehose stream and its bucket, in batches, as two roles allow.

ministack's SNS does not know the protocol, and its Firehose writes each record at once, as it came.
"""

from __future__ import annotations

import contextvars
import gzip
import logging
import threading
import time
import uuid
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from ministack.services import firehose, sns

from local.emulator.emf import Metric
from local.emulator.mends import metrics
from local.emulator.mends.roles import missing_actions

BUFFER_TIME = 1.0
"""Seconds that records are gathered for, in place of the stream's own hint of minutes."""

_log = logging.getLogger("bellhop.emulator")


def install() -> None:
    """Deliver to a topic's streams after its other subscribers."""
    fan_out = sns._fanout

    def fan_out_to_streams(
        topic_arn: str, message_id: str, message: str, subject: str, *rest: Any, **more: Any
    ) -> None:
        fan_out(topic_arn, message_id, message, subject, *rest, **more)
        topic = sns._topic_by_arn_any_scope(topic_arn)
        for subscription in topic["subscriptions"] if topic else ():
            if subscription["protocol"] == "firehose":
                envelope = sns._build_envelope(topic_arn, message_id, message, subject, {}, False)
                _put(subscription, envelope)

    sns._fanout = fan_out_to_streams


def _put(subscription: dict[str, Any], envelope: str) -> None:
    """Hand one message to the stream, if the subscription's role may; SNS ends it with a newline.

    https://docs.aws.amazon.com/sns/latest/dg/firehose-archived-message-format-S3.html
    """
    arn, role = subscription["endpoint"], subscription["attributes"]["SubscriptionRoleArn"]
    if missing := missing_actions(role, ("firehose:PutRecord",), arn):
        _log.warning("%s lacks %s on %s: an event is not archived", role, ", ".join(missing), arn)
        return
    _buffers.put(arn.rpartition("/")[2], f"{envelope}\n".encode())


class _Buffers:
    """What the streams have gathered; each is emptied into one object a buffer time."""

    def __init__(self) -> None:
        self._records: dict[str, list[bytes]] = defaultdict(list)
        self._since: dict[str, float] = {}
        self._lock = threading.Lock()

    def put(self, stream: str, record: bytes) -> None:
        with self._lock:
            self._records[stream].append(record)
            if stream not in self._since:
                self._since[stream] = time.monotonic()
                self._empty_later(stream)

    def _empty_later(self, stream: str) -> None:
        # The thread needs the account and region of the request that began the batch.
        context = contextvars.copy_context()
        timer = threading.Timer(BUFFER_TIME, context.run, (self._empty, stream))
        timer.daemon = True
        timer.start()

    def _empty(self, stream: str) -> None:
        """Write one object; what the stream's role may not write is tried again, as Firehose does
        for a day."""
        with self._lock:
            age = time.monotonic() - self._since[stream]
            found = firehose._streams.get(stream)
            if found is None or _write(found, b"".join(self._records[stream])):
                del self._records[stream], self._since[stream]
            else:
                self._empty_later(stream)
        metrics.put(metrics.client(), [_age(stream, age)])


def _write(stream: dict[str, Any], records: bytes) -> bool:
    """Whether the stream's role may write to its bucket, and the object was written."""
    configuration = stream["destinations"][0]["config"]
    now = time.gmtime()
    key = (
        firehose._evaluate_prefix(configuration["Prefix"], now)
        + f"{stream['name']}-{stream['version']}-{time.strftime('%Y-%m-%d-%H-%M-%S', now)}"
        + f"-{uuid.uuid4()}{configuration['FileExtension']}"
    )
    written = f"{configuration['BucketARN']}/{key}"
    if missing_actions(configuration["RoleARN"], ("s3:PutObject",), written):
        _log.warning("%s may not write %s; tried again", configuration["RoleARN"], written)
        return False
    bucket = configuration["BucketARN"].rpartition(":")[2]
    firehose._put_s3_object(bucket, key, gzip.compress(records))
    return True


def _age(stream: str, seconds: float) -> Metric:
    """https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html"""
    return Metric(
        namespace="AWS/Firehose",
        name="DeliveryToS3.DataFreshness",
        unit="Seconds",
        dimensions={"DeliveryStreamName": stream},
        values=[seconds],
        time=datetime.now(UTC),
    )


_buffers = _Buffers()
