"""Dashboards and alarms together with what CloudWatch measured, ready to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from local.page.alarms import Alarm, deployed_alarms
from local.page.charts import Chart, Series, chart, number
from local.page.dashboards import Metric, Widget, widgets
from local.page.measurements import Measurements, Range, measure

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A widget as shown.

    Attributes:
        numbers: of a single-value widget, label and value in words.
        chart: of any other metric widget.
        text: of a text widget, as HTML.
        alarms: of an alarm widget.
        not_computed: expressions of metric math, which the emulator lacks.
    """

    widget: Widget
    numbers: Sequence[tuple[str, str]] = ()
    chart: Chart | None = None
    text: Markup | None = None
    alarms: Sequence[Alarm] = ()
    not_computed: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A dashboard as shown."""

    name: str
    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """An alarm with its metric's chart; None for metric math."""

    alarm: Alarm
    chart: Chart | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boards:
    """All that the page of dashboards shows."""

    boards: Sequence[Board]
    alarms: Sequence[AlarmView]


def last_minutes(minutes: int) -> Range:
    """From so many minutes ago until now, with the present period whole."""
    now = datetime.now(UTC)
    return Range(start=now - timedelta(minutes=minutes), end=now + timedelta(minutes=1))


def deployed_boards(cloudwatch: Any, time_range: Range) -> Boards:
    """Reads every dashboard and alarm that is deployed, and the metrics they name."""
    alarms = deployed_alarms(cloudwatch)
    named = {name: widgets(_body(cloudwatch, name)) for name in _names(cloudwatch)}
    metrics = [*_metrics(named.values()), *(alarm.metric for alarm in alarms if alarm.metric)]
    measured = measure(cloudwatch, metrics, time_range)
    return Boards(
        boards=[
            Board(name=name, tiles=[_tile(each, measured, alarms) for each in of_board])
            for name, of_board in named.items()
        ],
        alarms=[AlarmView(alarm=alarm, chart=_alarm_chart(alarm, measured)) for alarm in alarms],
    )


def _names(cloudwatch: Any) -> list[str]:
    pages = cloudwatch.get_paginator("list_dashboards").paginate()
    return [entry["DashboardName"] for page in pages for entry in page["DashboardEntries"]]


def _body(cloudwatch: Any, name: str) -> str:
    return str(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])


def _metrics(boards: Any) -> Iterator[Metric]:
    for of_board in boards:
        for widget in of_board:
            yield from (line.metric for line in widget.lines if line.metric)


def _tile(widget: Widget, measured: Measurements, alarms: Sequence[Alarm]) -> Tile:
    not_computed = [f"{each.label}: {each.expression}" for each in widget.lines if not each.metric]
    if widget.kind == "text":
        return Tile(widget=widget, text=Markup(_MARKDOWN.render(widget.markdown)))  # noqa: S704 (html off)
    if widget.kind == "alarm":
        return Tile(widget=widget, alarms=[each for each in alarms if each.arn in widget.alarms])
    if widget.view == "singleValue":
        return Tile(widget=widget, numbers=_numbers(widget, measured), not_computed=not_computed)
    if widget.kind == "metric":
        return Tile(widget=widget, chart=_chart(widget, measured), not_computed=not_computed)
    return Tile(widget=widget)


def _numbers(widget: Widget, measured: Measurements) -> list[tuple[str, str]]:
    value_of = measured.of_range if widget.whole_range else measured.newest
    return [(line.label, number(value_of(line.metric))) for line in widget.lines if line.metric]


def _chart(widget: Widget, measured: Measurements) -> Chart:
    series = [_series(line.label, line.metric, measured) for line in widget.lines if line.metric]
    return chart(series, measured.range, stacked=widget.stacked, rules=widget.annotations)


def _series(label: str, metric: Metric, measured: Measurements) -> Series:
    return Series(label=label, points=measured.points[metric], period=measured.range.period(metric))


def _alarm_chart(alarm: Alarm, measured: Measurements) -> Chart | None:
    if alarm.metric is None:
        return None
    series = _series(alarm.metric.name, alarm.metric, measured)
    return chart([series], measured.range, rules=[("threshold", alarm.threshold)])
