"""The deployed dashboards: a body of CloudWatch's dashboard language, as widgets.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DEFAULT_PERIOD = 300
"""Seconds; CloudWatch's where a widget names none."""
DEFAULT_STATISTIC = "Average"
COLUMNS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric as AWS names it; `dimensions` in the order of their names."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a widget: a metric, or an expression that only CloudWatch computes."""

    label: str
    metric: Metric | None = None
    expression: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """One widget.

    Attributes:
        kind: `metric`, `text`, `alarm`, or another that the page can only name.
        width: in columns of 24.
        view: of metrics, `timeSeries` or `singleValue` and so on.
        whole_range: whether a single value is of the whole range, not of its newest period.
        annotations: horizontal lines, label and value.
        alarms: their ARNs.
    """

    kind: str
    width: int
    title: str = ""
    markdown: str = ""
    view: str = "timeSeries"
    stacked: bool = False
    whole_range: bool = False
    lines: tuple[Line, ...] = ()
    annotations: tuple[tuple[str, float], ...] = ()
    alarms: tuple[str, ...] = field(default_factory=tuple)


def widgets(body: str) -> list[Widget]:
    """The widgets of a dashboard's body, from top to bottom and from left to right."""
    placed = json.loads(body)["widgets"]
    return [_widget(each) for each in sorted(placed, key=lambda w: (w.get("y", 0), w.get("x", 0)))]


def _widget(placed: Mapping[str, Any]) -> Widget:
    properties = placed.get("properties", {})
    horizontal = properties.get("annotations", {}).get("horizontal", [])
    return Widget(
        kind=placed["type"],
        width=min(int(placed.get("width", 6)), COLUMNS),
        title=properties.get("title", ""),
        markdown=properties.get("markdown", ""),
        view=properties.get("view", "timeSeries"),
        stacked=bool(properties.get("stacked")),
        whole_range=bool(properties.get("setPeriodToTimeRange")),
        lines=tuple(_lines(properties)),
        annotations=tuple(
            (str(each.get("label", "")), float(each["value"]))
            for each in horizontal
            if isinstance(each, dict) and "value" in each
        ),
        alarms=tuple(properties.get("alarms", ())),
    )


def _lines(properties: Mapping[str, Any]) -> Iterator[Line]:
    """The rows under `metrics`; what is not visible on AWS is not here either."""
    before: Sequence[str] = ()
    for row in properties.get("metrics", ()):
        options = row[-1] if isinstance(row[-1], dict) else {}
        words = [each for each in row if isinstance(each, str)]
        if words:
            before = _unabridged(words, before)
        if options.get("visible", True):
            yield _line(before if words else (), options, properties)


def _unabridged(words: Sequence[str], before: Sequence[str]) -> list[str]:
    """A row may say "." for the same word as above, and begin with "..." for all that it omits."""
    if words[0] == "...":
        kept = len(before) - (len(words) - 1)
        return [*before[:kept], *words[1:]]
    return [
        before[index] if word == "." and index < len(before) else word
        for index, word in enumerate(words)
    ]


def _line(words: Sequence[str], options: Mapping[str, Any], widget: Mapping[str, Any]) -> Line:
    if not words:
        expression = str(options.get("expression", ""))
        return Line(label=str(options.get("label", expression)), expression=expression)
    namespace, name, *pairs = words
    return Line(
        label=str(options.get("label", name)),
        metric=Metric(
            namespace=namespace,
            name=name,
            dimensions=tuple(sorted(zip(pairs[::2], pairs[1::2], strict=True))),
            statistic=str(options.get("stat", widget.get("stat", DEFAULT_STATISTIC))),
            period=int(options.get("period", widget.get("period", DEFAULT_PERIOD))),
        ),
    )
