"""From a log line in the embedded metric format to the metrics that CloudWatch makes of it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MARK = '"CloudWatchMetrics"'
"""Every line with metrics contains it; a cheap test before parsing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric with one set of dimensions, as CloudWatch stores it."""

    namespace: str
    name: str
    unit: str
    dimensions: dict[str, str]
    values: list[float]
    time: datetime

    def datum(self) -> dict[str, Any]:
        """The MetricDatum of PutMetricData."""
        return {
            "MetricName": self.name,
            "Dimensions": [
                {"Name": name, "Value": value} for name, value in self.dimensions.items()
            ],
            "Timestamp": self.time,
            "Values": self.values,
            "Unit": self.unit,
        }


def metrics_of(line: str) -> list[Metric]:
    """The metrics of a log line; none if it is not such a line, or not a valid one."""
    if MARK not in line:
        return []
    try:
        document = json.loads(line)
        time = datetime.fromtimestamp(document["_aws"]["Timestamp"] / 1000, UTC)
        return [
            metric
            for directive in document["_aws"]["CloudWatchMetrics"]
            for metric in _metrics(directive, document, time)
        ]
    except (KeyError, TypeError, ValueError):
        return []  # CloudWatch keeps such a line as a log event and makes no metric of it


def _metrics(
    directive: dict[str, Any], document: dict[str, Any], time: datetime
) -> Iterator[Metric]:
    """A metric for each definition and set of dimensions, whose values the document holds."""
    for definition in directive["Metrics"]:
        value = document[definition["Name"]]
        for names in directive.get("Dimensions") or [[]]:
            yield Metric(
                namespace=directive["Namespace"],
                name=definition["Name"],
                unit=definition.get("Unit", "None"),
                dimensions={name: str(document[name]) for name in names},
                values=[float(each) for each in (value if isinstance(value, list) else [value])],
                time=time,
            )
