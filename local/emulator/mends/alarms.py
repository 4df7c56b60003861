"""An alarm is judged by the values of its own metric, not of every metric of that name."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from ministack.services import cloudwatch


def install() -> None:
    evaluate = cloudwatch._evaluate_alarm

    def evaluate_its_own(alarm: dict[str, Any]) -> None:
        """The emulator's own judgement, with no other dimensions' values in its sight."""
        dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions", [])))
        own = {key: points for key, points in cloudwatch._metrics.items() if key[2] == dimensions}
        FunctionType(evaluate.__code__, {**vars(cloudwatch), "_metrics": own})(alarm)

    cloudwatch._evaluate_alarm = evaluate_its_own
