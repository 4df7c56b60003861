"""Dashboards and alarms are drawn as deployed, from what CloudWatch says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.internet import Internet
from local.page.charts import Series, axis_end, chart, number
from local.page.dashboards import Line, Metric, widgets
from local.page.measurements import Measurements, Range
from tests.integration.local_page import FakeCloudWatch, Got, page_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = Range(start=NOON, end=NOON + timedelta(hours=1))
SENT = ["Bellhop", "EmailsSent", "service", "send", "stage", "local"]
SENT_METRIC = ("EmailsSent", (("service", "send"), ("stage", "local")))
ALARM = {
    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:Late",
    "AlarmName": "Late",
    "StateValue": "ALARM",
    "AlarmDescription": "Emails wait: SES throttles. First run: aws logs tail <group>",
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "Threshold": 300.0,
    "Namespace": "AWS/SQS",
    "MetricName": "ApproximateAgeOfOldestMessage",
    "Dimensions": [{"Name": "QueueName", "Value": "lane"}],
    "Statistic": "Maximum",
    "Period": 60,
}


def widget(kind: str = "metric", *, x: int = 0, y: int = 0, **properties: Any) -> dict[str, Any]:
    return {"type": kind, "x": x, "y": y, "width": 12, "height": 6, "properties": properties}


def lines(*rows: Any, **properties: Any) -> tuple[Line, ...]:
    """The lines of one widget with these rows under `metrics`."""
    body = {"widgets": [widget(metrics=list(rows), **properties)]}
    (found,) = widgets(json.dumps(body))
    return found.lines


def metric(name: str, **changes: Any) -> Metric:
    plain = Metric(namespace="Bellhop", name=name, dimensions=(), statistic="Sum", period=300)
    return replace(plain, **changes)


def show(cloudwatch: FakeCloudWatch, directory: Path, **query: str) -> Got:
    with Internet.start(directory) as internet, page_of(internet, cloudwatch=cloudwatch) as visitor:
        return visitor.get("/dashboards", **query)


def test_a_row_names_its_metric_statistic_and_period() -> None:
    (line,) = lines([*SENT, {"label": "sent", "stat": "Sum", "period": 60}])
    assert line.label == "sent"
    assert line.metric == metric(
        "EmailsSent", dimensions=(("service", "send"), ("stage", "local")), period=60
    )


def test_what_a_row_leaves_out_is_the_widgets_and_then_cloudwatchs() -> None:
    (of_widget,) = lines(SENT, stat="p95", period=10)
    assert of_widget.metric
    assert (of_widget.metric.statistic, of_widget.metric.period) == ("p95", 10)
    (of_cloudwatch,) = lines(SENT)
    assert of_cloudwatch.metric
    assert (of_cloudwatch.metric.statistic, of_cloudwatch.metric.period) == ("Average", 300)
    assert of_cloudwatch.label == "EmailsSent"


@pytest.mark.parametrize(
    "row", [[".", "EmailsFailed", ".", ".", ".", "."], ["...", "EmailsFailed", *SENT[2:]]]
)
def test_abridged_rows_repeat_the_row_above(row: list[str]) -> None:
    _, second = lines(SENT, row)
    assert second.metric
    assert second.metric.name == "EmailsFailed"
    assert second.metric.dimensions == (("service", "send"), ("stage", "local"))


def test_hidden_rows_are_not_shown_and_expressions_are_no_metrics() -> None:
    hidden, shown = [*SENT, {"id": "m1", "visible": False}], [{"expression": "m1*2", "label": "x"}]
    assert lines(hidden, shown) == (Line(label="x", expression="m1*2"),)


def test_widgets_come_from_top_to_bottom_and_from_left_to_right() -> None:
    placed = [widget(title="c", y=6), widget(title="b", x=12), widget(title="a")]
    assert [each.title for each in widgets(json.dumps({"widgets": placed}))] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("statistic", "value"),
    [("Sum", 6), ("SampleCount", 6), ("Maximum", 3), ("Minimum", 1), ("p95", 2)],
)
def test_the_value_of_a_range_follows_from_the_statistic(statistic: str, value: float) -> None:
    asked = metric("EmailsSent", statistic=statistic)
    points = [(NOON, 1.0), (NOON + timedelta(minutes=5), 3.0), (NOON + timedelta(minutes=9), 2.0)]
    measured = Measurements(range=HOUR, points={asked: points})
    assert measured.of_range(asked) == value
    assert measured.newest(asked) == 2


def test_no_data_is_not_zero() -> None:
    asked = metric("EmailsSent")
    measured = Measurements(range=HOUR, points={asked: []})
    assert measured.of_range(asked) is measured.newest(asked) is None
    assert number(None) != number(0)


def test_a_long_range_keeps_the_deployed_period() -> None:
    day = Range(start=NOON, end=NOON + timedelta(days=1))
    assert (HOUR.period(metric("m")), day.period(metric("m"))) == (60, 300)
    assert HOUR.period(metric("m", period=10)) == 10


@pytest.mark.parametrize(
    ("most", "end"), [(0, 1), (0.0005, 0.0005), (0.03, 0.05), (1, 1), (3, 5), (7, 10), (180, 200)]
)
def test_the_axis_ends_at_a_round_number(most: float, end: float) -> None:
    assert axis_end(most) == pytest.approx(end)


def series(*points: tuple[int, float], label: str = "sent") -> Series:
    """Points by minute of the hour."""
    return Series(
        label=label,
        points=[(NOON + timedelta(minutes=minute), value) for minute, value in points],
        period=60,
    )


def test_a_line_joins_neighbours_and_breaks_at_a_gap() -> None:
    (line,) = chart([series((0, 0), (1, 10), (30, 5))], HOUR).drawn
    assert line.path == "M0 100L1.67 0M50 50"
    assert line.dots == "M50 50h0"
    assert line.newest == "5"


def test_stacked_bars_stand_upon_each_other() -> None:
    first, second = series((30, 4)), series((30, 6), label="bounced")
    drawn = chart([first, second], HOUR, stacked=True)
    assert drawn.top == "10"
    assert [line.path for line in drawn.drawn] == [
        "M50 100V60h1.50V100z",
        "M50 60V0h1.50V60z",
    ]


def test_a_rule_is_on_the_picture_even_above_all_points() -> None:
    drawn = chart([series((0, 1))], HOUR, rules=[("threshold", 300)])
    assert drawn.top == "500"
    assert drawn.rules == [("threshold", 40)]


def test_a_dashboard_is_shown_with_its_numbers(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    body = {
        "widgets": [
            widget(
                title="Emails",
                view="singleValue",
                setPeriodToTimeRange=True,
                metrics=[[*SENT, {"label": "sent", "stat": "Sum"}]],
            ),
            widget("text", y=6, markdown="# Guide\n<b>bold</b> [x](javascript:alert(1))"),
            widget("alarm", y=8, title="Is all well?", alarms=[ALARM["AlarmArn"]]),
            widget("explorer", y=9),
        ]
    }
    points = [(now - timedelta(minutes=3), 5.0), (now, 2.0)]
    cloudwatch = FakeCloudWatch(
        dashboards={"Delivery": body}, alarms=[ALARM], points={SENT_METRIC: points}
    )
    got = show(cloudwatch, tmp_path, minutes="60")
    assert got.status == 200
    assert re.search(r"<dt>sent</dt><dd>7</dd>", got.text)
    assert "<h1>Guide</h1>" in got.text
    assert "&lt;b&gt;bold" in got.text
    assert 'href="javascript:' not in got.text
    assert "A widget of the kind explorer: see it on AWS." in got.text
    tile = got.text[got.text.index("Is all well?") :]
    assert 'href="#Late">ALARM</a> Emails wait<' in tile
    (asked,) = cloudwatch.asked
    length = asked["EndTime"] - asked["StartTime"]
    assert timedelta(minutes=60) <= length <= timedelta(minutes=62)


def test_an_alarm_says_what_it_means_and_the_first_command(tmp_path: Path) -> None:
    calm = {**ALARM, "AlarmName": "Calm", "AlarmArn": "arn:calm", "StateValue": "OK"}
    got = show(FakeCloudWatch(alarms=[calm, ALARM]), tmp_path)
    assert "Emails wait: SES throttles.</h3>" in got.text
    assert "ApproximateAgeOfOldestMessage greater than or equal to 300" in got.text
    assert "<pre>aws logs tail &lt;group&gt;</pre>" in got.text
    assert got.text.index('id="Late"') < got.text.index('id="Calm"')  # who rings comes first


def test_metric_math_is_named_and_not_guessed(tmp_path: Path) -> None:
    math: Mapping[str, Any] = widget(metrics=[[{"expression": "m1/m2<1", "label": "rate"}]])
    without_metric = {name: ALARM[name] for name in list(ALARM)[:6]}
    cloudwatch = FakeCloudWatch(dashboards={"D": {"widgets": [math]}}, alarms=[without_metric])
    got = show(cloudwatch, tmp_path)
    assert "Only AWS computes rate: m1/m2&lt;1" in got.text
    assert "Metric math: only AWS computes it." in got.text
