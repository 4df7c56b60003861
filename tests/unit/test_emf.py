"""Log lines become the metrics that CloudWatch would make of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from local.emulator.emf import Metric, metrics_of

MILLISECONDS = 1_790_000_000_000
TIME = datetime.fromtimestamp(MILLISECONDS / 1000, UTC)
DOCUMENT: dict[str, Any] = {
    "_aws": {
        "Timestamp": MILLISECONDS,
        "CloudWatchMetrics": [
            {
                "Namespace": "Bellhop",
                "Dimensions": [["service", "stage"], ["service", "stage", "reason"]],
                "Metrics": [{"Name": "EmailsBounced", "Unit": "Count"}],
            }
        ],
    },
    "service": "ingest",
    "stage": "local",
    "reason": "user_unknown",
    "EmailsBounced": [1, 1],
}


def line(**changes: object) -> str:
    return json.dumps(DOCUMENT | changes)


def metric(values: list[float], **dimensions: str) -> Metric:
    return Metric(
        namespace="Bellhop",
        name="EmailsBounced",
        unit="Count",
        dimensions={"service": "ingest", "stage": "local", **dimensions},
        values=values,
        time=TIME,
    )


def test_each_set_of_dimensions_is_a_metric_of_its_own() -> None:
    assert metrics_of(line()) == [metric([1, 1]), metric([1, 1], reason="user_unknown")]


def test_single_value_is_one_value() -> None:
    assert metrics_of(line(EmailsBounced=3))[0] == metric([3])


def test_directive_without_dimensions_or_unit_makes_a_plain_metric() -> None:
    directive = {"Namespace": "Bellhop", "Metrics": [{"Name": "EmailsBounced"}]}
    _aws = {"Timestamp": MILLISECONDS, "CloudWatchMetrics": [directive]}
    (made,) = metrics_of(line(_aws=_aws))
    assert (made.dimensions, made.unit) == ({}, "None")


@pytest.mark.parametrize(
    "broken",
    [
        "START RequestId: 1",
        '{"CloudWatchMetrics": ',
        line(_aws={"CloudWatchMetrics": []}),
        line(EmailsBounced="many"),
        json.dumps({name: value for name, value in DOCUMENT.items() if name != "stage"}),
        json.dumps({name: value for name, value in DOCUMENT.items() if name != "EmailsBounced"}),
    ],
)
def test_what_is_not_valid_makes_no_metric(broken: str) -> None:
    assert metrics_of(broken) == []


def test_datum_is_what_put_metric_data_takes() -> None:
    assert metric([1, 2]).datum() == {
        "MetricName": "EmailsBounced",
        "Dimensions": [
            {"Name": "service", "Value": "ingest"},
            {"Name": "stage", "Value": "local"},
        ],
        "Timestamp": TIME,
        "Values": [1, 2],
        "Unit": "Count",
    }
