"""What CloudWatch measured: the values of metrics over a range of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.page.dashboards import Metric

QUERIES = 500
"""Metrics in one GetMetricData, AWS's most."""
FINE_PERIOD = 60
"""Seconds between two points where the range is short, whatever the dashboard's own period."""
FINE_RANGE = timedelta(hours=3)

Point = tuple[datetime, float]

# How periods' values become the range's; the newest value where a statistic is not here.
_OF_RANGE: Mapping[str, Callable[[Iterable[float]], float]] = {
    "Sum": sum,
    "SampleCount": sum,
    "Maximum": max,
    "Minimum": min,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The time that is looked at."""

    start: datetime
    end: datetime

    def period(self, metric: Metric) -> int:
        """Seconds that one point of a metric stands for."""
        short = self.end - self.start <= FINE_RANGE
        return min(metric.period, FINE_PERIOD) if short else metric.period


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    """The points of metrics, oldest first; none where CloudWatch has no data."""

    range: Range
    points: Mapping[Metric, Sequence[Point]]

    def of_range(self, metric: Metric) -> float | None:
        """The metric's one value for the whole range."""
        values = [value for _time, value in self.points[metric]]
        if not values:
            return None
        return _OF_RANGE.get(metric.statistic, lambda all_values: [*all_values][-1])(values)

    def newest(self, metric: Metric) -> float | None:
        """The value of the newest period with data."""
        points = self.points[metric]
        return points[-1][1] if points else None


def measure(cloudwatch: Any, metrics: Iterable[Metric], time_range: Range) -> Measurements:
    """Asks CloudWatch for all metrics, each once."""
    asked = list(dict.fromkeys(metrics))
    points: dict[Metric, list[Point]] = {}
    for start in range(0, len(asked), QUERIES):
        some = asked[start : start + QUERIES]
        points |= zip(some, _ask(cloudwatch, some, time_range), strict=True)
    return Measurements(range=time_range, points=points)


def _ask(cloudwatch: Any, metrics: Sequence[Metric], time_range: Range) -> list[list[Point]]:
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        StartTime=time_range.start,
        EndTime=time_range.end,
        ScanBy="TimestampAscending",
        MetricDataQueries=[
            _query(f"m{index}", metric, time_range.period(metric))
            for index, metric in enumerate(metrics)
        ],
    )
    found: list[list[Point]] = [[] for _ in metrics]
    for page in pages:
        for result in page["MetricDataResults"]:
            index = int(result["Id"].removeprefix("m"))
            found[index] += zip(result["Timestamps"], result["Values"], strict=True)
    return [sorted(points) for points in found]


def _query(query_id: str, metric: Metric, period: int) -> dict[str, Any]:
    return {
        "Id": query_id,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
            },
            "Period": period,
            "Stat": metric.statistic,
        },
    }
