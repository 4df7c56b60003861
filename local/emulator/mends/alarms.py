"""An alarm is judged as CloudWatch judges it: by its own metric, period by period.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

import time
from typing import Any

from ministack.services import cloudwatch

# What a period without data counts as; otherwise it counts as nothing.
MISSING = {"breaching": True, "notBreaching": False}


def install() -> None:
    """Judge each alarm whenever the emulator does: as soon as a metric is put, and when asked."""
    cloudwatch._evaluate_alarm = _evaluate
    describe = cloudwatch._describe_alarms

    def describe_as_of_now(*arguments: Any, **named: Any) -> Any:
        cloudwatch._evaluate_all_alarms()
        return describe(*arguments, **named)

    cloudwatch._describe_alarms = describe_as_of_now


def _evaluate(alarm: dict[str, Any]) -> None:
    if alarm.get("MetricName"):
        _change(alarm, _judge(alarm, _own_points(alarm), time.time()))


def _own_points(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """The values of the alarm's metric, and not of every metric of its name."""
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    return list(
        cloudwatch._metrics.get((alarm["Namespace"], alarm["MetricName"], dimensions)) or []
    )


def _judge(alarm: dict[str, Any], points: list[dict[str, Any]], now: float) -> str:
    """The state that the periods up to now give the alarm."""
    periods = [
        _breaches(alarm, points, now - alarm["Period"] * (number + 1))
        for number in range(alarm["EvaluationPeriods"])
    ]
    if all(breaches is None for breaches in periods):
        return "INSUFFICIENT_DATA"
    enough = alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"]
    return "ALARM" if periods.count(True) >= enough else "OK"


def _breaches(alarm: dict[str, Any], points: list[dict[str, Any]], start: float) -> bool | None:
    """Whether the period from ``start`` on is over the threshold; None where nobody can say."""
    inside = [each for each in points if start < each["Timestamp"] <= start + alarm["Period"]]
    if not inside:
        return MISSING.get(alarm.get("TreatMissingData") or "")
    name = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    value = cloudwatch._stat_value(cloudwatch._calc_stats(inside), name, inside)
    return {
        "GreaterThanThreshold": value > alarm["Threshold"],
        "GreaterThanOrEqualToThreshold": value >= alarm["Threshold"],
        "LessThanThreshold": value < alarm["Threshold"],
        "LessThanOrEqualToThreshold": value <= alarm["Threshold"],
    }[alarm["ComparisonOperator"]]


def _change(alarm: dict[str, Any], state: str) -> None:
    before = alarm["StateValue"]
    if state == before:
        return
    reason = f"{before} became {state} at the threshold {alarm['Threshold']}"
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)
