"""Metrics that ministack does not make: of functions' log lines, and of the queues."""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from ministack.services import cloudwatch_logs, sqs

from local.emulator.emf import MARK, Metric, metrics_of
from local.emulator.session import LocalSession

QUEUE_INTERVAL = 5.0
"""Seconds between two measurements of the queues; AWS measures each minute."""
LINE_INTERVAL = 0.5
"""Seconds that lines are gathered for: each put has every alarm judged. On AWS it takes minutes."""
BATCH = 500
"""Metrics in one PutMetricData, which takes at most 1,000."""

_log = logging.getLogger("bellhop.emulator")
_lines: queue.SimpleQueue[str] = queue.SimpleQueue()


def install() -> None:
    """Read each log line where it is stored, and measure the queues, in threads of their own."""
    store = cloudwatch_logs._append_log_events

    def store_and_read(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        store(stream, events)
        for event in events:
            if MARK in event["message"]:
                _lines.put(event["message"])

    cloudwatch_logs._append_log_events = store_and_read
    for work in (_publish_lines, _publish_queues):
        threading.Thread(target=work, name=work.__name__, daemon=True).start()


def _publish_lines() -> None:
    cloudwatch = client()
    while True:
        lines = [_lines.get()]
        time.sleep(LINE_INTERVAL)
        while not _lines.empty():
            lines.append(_lines.get())
        put(cloudwatch, [metric for line in lines for metric in metrics_of(line)])


def _publish_queues() -> None:
    cloudwatch = client()
    while True:
        time.sleep(QUEUE_INTERVAL)
        queues = [each for _scope, each in list(sqs._queues.all_items())]
        put(cloudwatch, [metric for each in queues for metric in _queue_metrics(each)])


def _queue_metrics(measured: dict[str, Any]) -> Iterable[Metric]:
    """The three that alarms and dashboards watch, with AWS's names, units and dimension.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    """
    now = time.time()
    messages = list(measured["messages"])
    visible = sum(message["visible_at"] <= now for message in messages)
    # AWS leaves out what was received three times: it no longer says how far behind a queue is.
    fresh = (each for each in messages if each.get("receive_count", 0) < 3)
    oldest = min((message["sent_at"] for message in fresh), default=now)
    for name, unit, value in (
        ("ApproximateNumberOfMessagesVisible", "Count", visible),
        ("ApproximateNumberOfMessagesNotVisible", "Count", len(messages) - visible),
        ("ApproximateAgeOfOldestMessage", "Seconds", int(now - oldest)),
    ):
        yield Metric(
            namespace="AWS/SQS",
            name=name,
            unit=unit,
            dimensions={"QueueName": measured["name"]},
            values=[value],
            time=datetime.fromtimestamp(now, UTC),
        )


def put(cloudwatch: Any, metrics: list[Metric]) -> None:
    """Put them; what CloudWatch refuses is logged, and the metrics after it still come."""
    for namespace in {metric.namespace for metric in metrics}:
        data = [metric.datum() for metric in metrics if metric.namespace == namespace]
        for start in range(0, len(data), BATCH):
            try:
                cloudwatch.put_metric_data(
                    Namespace=namespace, MetricData=data[start : start + BATCH]
                )
            except (BotoCoreError, ClientError):
                _log.exception("metrics of %s are lost", namespace)


@cache
def client() -> Any:
    """The one client of this same process: a metric is put as a user would put it."""
    endpoint = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    session = LocalSession({}, default=endpoint, region=os.environ["MINISTACK_REGION"])
    return session.client("cloudwatch")
