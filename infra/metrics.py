"""The metrics that dashboards and alarms may show: those that the functions emit, and SQS's own.

The functions write theirs in CloudWatch's embedded metric format, with the dimensions `service` and
`stage`. Never a hotel as a dimension: each combination of dimensions is a metric with a price.

Labels are for dashboards. An alarm's metric has none: the CDK would write it as metric math, which
the local emulator refuses.
"""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs

from bellhop.domain.reasons import Reason
from infra.stage import Stage

NAMESPACE = "Bellhop"

# Each of bellhop.metrics.Count and the function that emits it; a test compares them. Not imported
# from there, for that module needs what only the functions have installed.
EMITTED_BY = {
    "EmailsAccepted": "api",
    "EmailsSent": "send",
    "EmailsSuppressed": "send",
    "EmailsFailed": "send",
    "EmailsLapsed": "send",
    "EmailsUncertain": "send",
    "SendsRetried": "send",
    "EmailsDelivered": "ingest",
    "EmailsBounced": "ingest",
    "EmailsComplained": "ingest",
    "EmailsDelayed": "ingest",
    "EmailsRejected": "ingest",
    "EventsUnreadable": "ingest",
    "EventsUnmatched": "ingest",
    "EventsUnrecognised": "ingest",
}


def emitted(
    name: str, stage: Stage, *, label: str, reason: Reason | None = None
) -> cloudwatch.Metric:
    """How often the functions counted `name`; `reason` narrows EmailsBounced to one of them."""
    dimensions = {"service": EMITTED_BY[name], "stage": stage.name}
    if reason is not None:
        dimensions["reason"] = reason.value
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map=dimensions,
        statistic=cloudwatch.Stats.SUM,
        period=Duration.minutes(5),
        label=label,
    )


def oldest_message_age(queue: sqs.IQueue, *, label: str | None = None) -> cloudwatch.Metric:
    """Seconds since the queue's oldest message came."""
    return queue.metric_approximate_age_of_oldest_message(
        statistic=cloudwatch.Stats.MAXIMUM, period=Duration.minutes(1), label=label
    )


def visible_messages(queue: sqs.IQueue, *, label: str | None = None) -> cloudwatch.Metric:
    """Messages that wait in the queue and are in nobody's hands."""
    return queue.metric_approximate_number_of_messages_visible(
        statistic=cloudwatch.Stats.MAXIMUM, period=Duration.minutes(1), label=label
    )
