"""The deployed alarms, as CloudWatch describes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.page.dashboards import Metric

FIRST_COMMAND = "First run: "
"""What Bellhop's alarm descriptions say before the command that looks into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm.

    Attributes:
        state: `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        meaning, command: its description; the command is "" if it names none.
        metric: None for metric math, which only CloudWatch computes.
    """

    arn: str
    name: str
    state: str
    meaning: str
    command: str
    comparison: str
    threshold: float
    metric: Metric | None

    @property
    def short(self) -> str:
        """What has happened, without its consequences."""
        return re.split("[:;]", self.meaning)[0] or self.name


def deployed_alarms(cloudwatch: Any) -> list[Alarm]:
    """All alarms on metrics; those that ring come first."""
    pages = cloudwatch.get_paginator("describe_alarms").paginate()
    found = [_alarm(each) for page in pages for each in page["MetricAlarms"]]
    return sorted(found, key=lambda alarm: alarm.state != "ALARM")


def _alarm(described: Mapping[str, Any]) -> Alarm:
    meaning, _, command = described.get("AlarmDescription", "").partition(FIRST_COMMAND)
    return Alarm(
        arn=described["AlarmArn"],
        name=described["AlarmName"],
        state=described["StateValue"],
        meaning=meaning.strip(),
        command=command.strip(),
        comparison=_words(described["ComparisonOperator"]),
        threshold=float(described.get("Threshold", 0)),
        metric=_metric(described) if "MetricName" in described else None,
    )


def _metric(described: Mapping[str, Any]) -> Metric:
    dimensions = [(each["Name"], each["Value"]) for each in described["Dimensions"]]
    return Metric(
        namespace=described["Namespace"],
        name=described["MetricName"],
        dimensions=tuple(sorted(dimensions)),
        statistic=described.get("Statistic") or described["ExtendedStatistic"],
        period=int(described["Period"]),
    )


def _words(comparison: str) -> str:
    """`GreaterThanThreshold` as "greater than"."""
    spaced = "".join(f" {each.lower()}" if each.isupper() else each for each in comparison)
    return spaced.strip().removesuffix(" threshold")
