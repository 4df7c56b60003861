"""Dashboard and alarms show what is really emitted, and say what to do."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bellhop.domain.counts import EVENTS_FLOW, Count
from bellhop.domain.reasons import Reason
from bellhop.domain.stops import StopReason
from infra.metrics import NAMESPACE, Rate
from tests.infra.templates import (
    Template,
    lane_queue,
    mappings,
    only,
    resources,
    target,
    text,
    variables,
)

SQS_METRICS = {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}


def widgets(template: Template) -> list[dict[str, Any]]:
    """The dashboard's widgets from top to bottom."""
    _, dashboard = only(template, "AWS::CloudWatch::Dashboard")
    found: list[dict[str, Any]] = json.loads(text(dashboard["DashboardBody"]))["widgets"]
    return found


def drawn(widget: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Namespace, name and dimensions of each metric of a widget."""
    for metric in widget["properties"].get("metrics", []):
        namespace, name, *rest = [each for each in metric if isinstance(each, str)]
        yield namespace, name, dict(zip(rest[::2], rest[1::2], strict=True))


@pytest.fixture(scope="module")
def metrics(template: Template) -> list[tuple[str, str, dict[str, str]]]:
    """Every metric of the dashboard."""
    return [metric for widget in widgets(template) for metric in drawn(widget)]


def test_the_dashboard_draws_every_metric_that_is_emitted_and_no_other(
    metrics: list[tuple[str, str, dict[str, str]]],
) -> None:
    ours = {name: dimensions for namespace, name, dimensions in metrics if namespace == NAMESPACE}
    counted_by = {count.value: count.service for count in Count}
    assert set(ours) == set(counted_by)
    for name, dimensions in ours.items():
        assert dimensions["service"] == counted_by[name]
        assert dimensions["stage"] == "production"
        assert set(dimensions) <= {"service", "stage", "reason"}
    others = {(namespace, name) for namespace, name, _ in metrics if namespace != NAMESPACE}
    assert others == {
        *(("AWS/SQS", name) for name in SQS_METRICS),
        *(("AWS/SES", rate.value) for rate in Rate),
    }


def test_bounces_and_stops_are_drawn_for_each_reason_of_the_code(
    metrics: list[tuple[str, str, dict[str, str]]],
) -> None:
    found: dict[str, list[str]] = {}
    for _, name, dimensions in metrics:
        if "reason" in dimensions:
            found.setdefault(name, []).append(dimensions["reason"])
    assert found == {
        Count.EMAILS_BOUNCED: [reason.value for reason in Reason],
        Count.EMAILS_STOPPED: [reason.value for reason in StopReason],
    }
    assert len(found[Count.EMAILS_BOUNCED]) == 18


def test_the_first_row_answers_whether_everything_is_all_right(template: Template) -> None:
    first = [widget for widget in widgets(template) if widget["y"] == 0]
    assert sum(widget["width"] for widget in first) == 24
    names = {name for widget in first for _, name, _ in drawn(widget)}
    assert names == {*SQS_METRICS, "EmailsSilent", "EmailsUncertain", "EventsUnreadable"}
    dead_letters = dead_letter_queues(template)
    assert len(dead_letters) == 6
    assert queues_drawn(first, "ApproximateNumberOfMessagesVisible") == sorted(dead_letters)
    assert queues_drawn(first, "ApproximateAgeOfOldestMessage") == sorted(working_queues(template))


def queues_drawn(shown: list[dict[str, Any]], metric: str) -> list[str]:
    """Logical ids of the queues of which widgets draw a metric."""
    return sorted(
        dimensions["QueueName"].removeprefix("${").removesuffix(".QueueName}")
        for widget in shown
        for _, name, dimensions in drawn(widget)
        if name == metric
    )


def test_the_first_row_shows_every_alarm(template: Template) -> None:
    (status,) = [each for each in widgets(template) if each["type"] == "alarm" and each["y"] == 0]
    shown = {each.split(".")[0].removeprefix("${") for each in status["properties"]["alarms"]}
    assert shown == set(resources(template, "AWS::CloudWatch::Alarm"))


def test_neither_search_nor_metric_math_is_needed(template: Template) -> None:
    body = json.dumps(widgets(template))
    assert "expression" not in body
    assert "SEARCH" not in body
    for alarm in resources(template, "AWS::CloudWatch::Alarm").values():
        assert "Metrics" not in alarm


def dead_letter_queues(template: Template) -> set[str]:
    """The queues that something unhandled ends in."""
    redrives = [
        each["RedrivePolicy"]
        for kind in ("AWS::SQS::Queue", "AWS::SNS::Subscription")
        for each in resources(template, kind).values()
        if "RedrivePolicy" in each
    ]
    return {target(redrive["deadLetterTargetArn"]) for redrive in redrives}


def working_queues(template: Template) -> set[str]:
    """The queues that a function works through; a domain may wait for its records for days."""
    timers = {target(variables(template, "onboard")["BELLHOP_SENDERS_QUEUE_URL"])}
    return set(resources(template, "AWS::SQS::Queue")) - dead_letter_queues(template) - timers


def alarmed(template: Template, metric: str) -> dict[str, dict[str, Any]]:
    """The alarms on a metric of SQS, by the queue that they watch."""
    found = {}
    for alarm in resources(template, "AWS::CloudWatch::Alarm").values():
        if (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SQS", metric):
            (dimension,) = alarm["Dimensions"]
            found[target(dimension["Value"])] = alarm
    return found


def test_one_dead_letter_is_an_alarm_on_every_dead_letter_queue(template: Template) -> None:
    alarms = alarmed(template, "ApproximateNumberOfMessagesVisible")
    assert set(alarms) == dead_letter_queues(template)
    for alarm in alarms.values():
        assert alarm["Threshold"] == 0
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
        assert alarm["Statistic"] == "Maximum"


def test_every_working_queue_that_falls_behind_is_an_alarm(template: Template) -> None:
    alarms = alarmed(template, "ApproximateAgeOfOldestMessage")
    assert set(alarms) == working_queues(template)
    (events,) = mappings(template, "ingest")
    assert {queue: alarm["Threshold"] for queue, alarm in alarms.items()} == {
        lane_queue(template, "TRANSACTIONAL"): 1_800,
        lane_queue(template, "MARKETING"): 21_600,
        target(events["EventSourceArn"]): 300,
    }


def alarm_on(template: Template, metric: str) -> dict[str, Any]:
    """The one alarm on a metric."""
    (alarm,) = [
        each
        for each in resources(template, "AWS::CloudWatch::Alarm").values()
        if each["MetricName"] == metric
    ]
    return alarm


@pytest.mark.parametrize(
    ("count", "periods"),
    [
        (Count.SENDS_RETRIED, 6),
        (Count.EMAILS_STOPPED, 2),
        (Count.EMAILS_AWAITING_EVENTS, 3),
        (Count.EMAILS_UNKNOWN, 1),
        (Count.EMAILS_FAILED, 1),
    ],
)
def test_what_send_cannot_get_rid_of_is_an_alarm(
    template: Template, count: Count, periods: int
) -> None:
    alarm = alarm_on(template, count.value)
    assert alarm["Namespace"] == NAMESPACE
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert dimensions == {"service": "send", "stage": "production"}
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Sum", 0)
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarm["TreatMissingData"] == "notBreaching"
    # A throttle of a minute is none: retries count when they last for half an hour.
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (300, periods)
    assert alarm.get("DatapointsToAlarm", periods) == periods


def test_emails_without_events_are_an_alarm_and_a_quiet_night_is_none(template: Template) -> None:
    alarm = alarm_on(template, EVENTS_FLOW)
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert dimensions == {"service": "bellhop", "stage": "production"}
    # The maximum is 0 only where something was sent and nothing came back.
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 0)
    assert alarm["ComparisonOperator"] == "LessThanOrEqualToThreshold"
    assert alarm["TreatMissingData"] == "notBreaching"
    # One hour may end between an email and its event.
    assert (alarm["Period"], alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (3600, 2, 6)


def test_events_that_firehose_cannot_write_are_an_alarm_long_before_it_gives_up(
    template: Template,
) -> None:
    alarm = alarm_on(template, "DeliveryToS3.DataFreshness")
    stream, _ = only(template, "AWS::KinesisFirehose::DeliveryStream")
    assert alarm["Namespace"] == "AWS/Firehose"
    assert alarm["Dimensions"] == [{"Name": "DeliveryStreamName", "Value": {"Ref": stream}}]
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 3_600)
    assert alarm["TreatMissingData"] == "notBreaching"


@pytest.mark.parametrize(("rate", "half"), [(Rate.BOUNCES, 0.025), (Rate.COMPLAINTS, 0.0005)])
def test_half_of_the_rate_that_ses_reviews_is_an_alarm(
    template: Template, rate: Rate, half: float
) -> None:
    alarm = alarm_on(template, rate.value)
    assert alarm["Namespace"] == "AWS/SES"
    assert "Dimensions" not in alarm  # the whole account, which is what SES judges
    assert alarm["Threshold"] == half
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    lines = [
        line["value"]
        for widget in widgets(template)
        for _, name, _ in drawn(widget)
        if name == rate.value
        for line in widget["properties"]["annotations"]["horizontal"]
    ]
    assert lines == [half, 2 * half]


def test_an_alarm_says_what_it_means_and_the_first_command(template: Template) -> None:
    alarms = resources(template, "AWS::CloudWatch::Alarm")
    for alarm in alarms.values():
        meaning, command = text(alarm["AlarmDescription"]).split(" First run: ")
        assert meaning.endswith(".")
        assert command.startswith("aws ")
        assert "${" in command  # it names this stage's own queue or log
        assert len(text(alarm["AlarmDescription"])) <= 1024
    assert len({text(alarm["AlarmDescription"]) for alarm in alarms.values()}) == len(alarms)


def test_alarms_and_their_end_reach_the_stages_topics(templates: dict[str, Template]) -> None:
    topic = "arn:aws:sns:eu-west-1:123456789012:on-call"
    for alarm in resources(templates["production"], "AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
    for alarm in resources(templates["dev"], "AWS::CloudWatch::Alarm").values():
        assert "AlarmActions" not in alarm
