"""The counts that dashboards and alarms are made of, written to the log as EMF.

A custom metric costs by the month for each combination of dimensions: the hotel is therefore never
a dimension. infra/observability.py draws what is counted here.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from aws_lambda_powertools import Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

Handler = Callable[[dict[str, Any], LambdaContext], Any]


class Count(StrEnum):
    """Names of the metrics."""

    EMAILS_ACCEPTED = "EmailsAccepted"
    EMAILS_SENT = "EmailsSent"
    EMAILS_SUPPRESSED = "EmailsSuppressed"
    EMAILS_FAILED = "EmailsFailed"
    EMAILS_LAPSED = "EmailsLapsed"
    EMAILS_UNCERTAIN = "EmailsUncertain"
    SENDS_RETRIED = "SendsRetried"
    EMAILS_DELIVERED = "EmailsDelivered"
    EMAILS_BOUNCED = "EmailsBounced"
    EMAILS_COMPLAINED = "EmailsComplained"
    EMAILS_DELAYED = "EmailsDelayed"
    EMAILS_REJECTED = "EmailsRejected"
    EVENTS_UNREADABLE = "EventsUnreadable"
    EVENTS_UNMATCHED = "EventsUnmatched"
    EVENTS_UNRECOGNISED = "EventsUnrecognised"


class Counter:
    """Counts for one function."""

    def __init__(self, stage: str) -> None:
        self.metrics = Metrics()  # namespace and service come from the environment
        self.metrics.set_default_dimensions(stage=stage)
        self._stage = stage

    def flushing(self, handle: Handler) -> Handler:
        """The same handler, which writes what was counted when it ends, well or not."""

        def flushed(event: dict[str, Any], context: LambdaContext) -> Any:
            try:
                return handle(event, context)
            finally:
                if self.metrics.metric_set:
                    self.metrics.flush_metrics()

        return flushed

    def add(self, count: Count, number: int = 1) -> None:
        """Adds to a count."""
        self.metrics.add_metric(name=count.value, unit=MetricUnit.Count, value=number)

    def add_by_reason(self, count: Count, reason: str) -> None:
        """Adds one to a count and to the same count of one reason."""
        self.add(count)
        dimensions = {"service": str(self.metrics.service), "stage": self._stage}
        with single_metric(
            name=count.value, unit=MetricUnit.Count, value=1, default_dimensions=dimensions
        ) as metric:
            metric.add_dimension(name="reason", value=reason)
