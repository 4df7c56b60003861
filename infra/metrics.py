"""The metrics that dashboards and alarms may show: those that the functions emit, SQS's, and SES's.

The functions write theirs in CloudWatch's embedded metric format, with the dimensions `service` and
`stage`. Never a hotel as a dimension: each combination of dimensions is a metric with a price.

Labels are for dashboards. An alarm's metric has none: the CDK would write it as metric math, which
the local emulator refuses.
"""

from enum import StrEnum

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_sqs as sqs

from bellhop.domain.counts import EVENTS_FLOW, FLOW_SERVICE, Count
from bellhop.domain.reasons import Reason
from bellhop.domain.stops import StopReason
from infra.stage import Stage

NAMESPACE = "Bellhop"


class Rate(StrEnum):
    """What SES measures of the whole account in this region, as a fraction between 0 and 1.

    https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
    """

    BOUNCES = "Reputation.BounceRate"
    COMPLAINTS = "Reputation.ComplaintRate"


def emitted(
    count: Count,
    stage: Stage,
    *,
    label: str | None = None,
    reason: Reason | StopReason | None = None,
) -> cloudwatch.Metric:
    """How often the functions counted it; `reason` narrows those that have one."""
    dimensions = {"service": count.service, "stage": stage.name}
    if reason is not None:
        dimensions["reason"] = reason.value
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=count.value,
        dimensions_map=dimensions,
        statistic=cloudwatch.Stats.SUM,
        period=Duration.minutes(5),
        label=label,
    )


def events_flow(stage: Stage) -> cloudwatch.Metric:
    """By the hour: 0 where emails were sent and no event came, 1 where one came, else missing."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=EVENTS_FLOW,
        dimensions_map={"service": FLOW_SERVICE, "stage": stage.name},
        statistic=cloudwatch.Stats.MAXIMUM,
        period=Duration.hours(1),
    )


def reputation(rate: Rate, *, label: str | None = None) -> cloudwatch.Metric:
    """The account's rate, by the hour; SES publishes none before the first bounce or complaint."""
    return cloudwatch.Metric(
        namespace="AWS/SES",
        metric_name=rate.value,
        statistic=cloudwatch.Stats.MAXIMUM,
        period=Duration.hours(1),
        label=label,
    )


def archive_age(stream: firehose.CfnDeliveryStream) -> cloudwatch.Metric:
    """Seconds that the oldest event has waited for the archive.

    https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
    """
    return cloudwatch.Metric(
        namespace="AWS/Firehose",
        metric_name="DeliveryToS3.DataFreshness",
        dimensions_map={"DeliveryStreamName": stream.ref},
        statistic=cloudwatch.Stats.MAXIMUM,
        period=Duration.minutes(5),
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
