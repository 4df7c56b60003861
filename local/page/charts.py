"""Points as lines and bars of an SVG picture of 100 by 100, which the page stretches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from local.page.measurements import Point, Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line's points; `period` is the seconds that each stands for."""

    label: str
    points: Sequence[Point]
    period: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One line as drawn.

    Attributes:
        path: of the line or the bars, SVG path data; "" where there is no data.
        dots: of points that no line joins with others.
        newest: the newest value in words.
    """

    label: str
    path: str
    dots: str
    newest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture. `top` and `middle` label the vertical axis; `rules` are horizontal lines."""

    drawn: Sequence[Drawn]
    stacked: bool
    top: str
    middle: str
    rules: Sequence[tuple[str, float]]
    start: datetime
    end: datetime


def chart(
    series: Sequence[Series],
    time_range: Range,
    *,
    stacked: bool = False,
    rules: Sequence[tuple[str, float]] = (),
) -> Chart:
    """Draws lines, or bars upon each other; ``rules`` are horizontal lines, label and value."""
    heights = _stacked_heights(series) if stacked else [v for s in series for _, v in s.points]
    top = axis_end(max([*heights, *(value for _, value in rules)], default=0))
    draw = _bars if stacked else _lines
    return Chart(
        drawn=[
            Drawn(label=each.label, path=path, dots=dots, newest=_newest(each))
            for each, (path, dots) in zip(series, draw(series, time_range, top), strict=True)
        ],
        stacked=stacked,
        top=number(top),
        middle=number(top / 2),
        rules=[(label, _y(value, top)) for label, value in rules],
        start=time_range.start,
        end=time_range.end,
    )


def axis_end(most: float) -> float:
    """The least of …, 0.5, 1, 2, 5, 10, 20, … that is not below the highest value; 1 of nothing."""
    if most <= 0:
        return 1
    magnitude = 10.0 ** math.floor(math.log10(most))
    return next(end for end in (magnitude * step for step in (1, 2, 5, 10)) if end >= most)


def number(value: float | None) -> str:
    """A number as people read it; a dash where there is none."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3g}"


def _newest(series: Series) -> str:
    return number(series.points[-1][1]) if series.points else ""


def _x(time: datetime, time_range: Range) -> float:
    """Points before the range's start, whose period reaches into it, stand at its edge."""
    share = (time - time_range.start) / (time_range.end - time_range.start)
    return round(100 * min(max(share, 0), 1), 2)


def _y(value: float, top: float) -> float:
    return round(100 - 100 * min(max(value, 0) / top, 1), 2)


def _lines(series: Sequence[Series], time_range: Range, top: float) -> list[tuple[str, str]]:
    """A line breaks where a period has no data; a lone point is a dot."""
    return [_line(each, time_range, top) for each in series]


def _line(series: Series, time_range: Range, top: float) -> tuple[str, str]:
    runs: list[list[str]] = []
    before: datetime | None = None
    for time, value in series.points:
        place = f"{_x(time, time_range):g} {_y(value, top):g}"
        if before is not None and (time - before).total_seconds() <= series.period:
            runs[-1].append(place)
        else:
            runs.append([place])
        before = time
    path = "".join("M" + "L".join(run) for run in runs)
    return path, "".join(f"M{run[0]}h0" for run in runs if len(run) == 1)


def _bars(series: Sequence[Series], time_range: Range, top: float) -> list[tuple[str, str]]:
    """A bar for each period, upon those of the series before."""
    base: dict[datetime, float] = {}
    paths = []
    for each in series:
        parts = []
        for time, value in each.points:
            below = base.get(time, 0.0)
            base[time] = below + value
            if value:
                parts.append(_bar(time, below, below + value, each.period, time_range, top))
        paths.append(("".join(parts), ""))
    return paths


def _bar(
    time: datetime, low: float, high: float, period: int, time_range: Range, top: float
) -> str:
    left = _x(time, time_range)
    width = 100 * period / (time_range.end - time_range.start).total_seconds()
    return f"M{left:g} {_y(low, top):g}V{_y(high, top):g}h{width * 0.9:.2f}V{_y(low, top):g}z"


def _stacked_heights(series: Sequence[Series]) -> list[float]:
    heights: dict[datetime, float] = {}
    for each in series:
        for time, value in each.points:
            heights[time] = heights.get(time, 0.0) + value
    return list(heights.values())
