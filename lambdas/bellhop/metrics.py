"""The counts that dashboards and alarms are made of, written to the log as EMF.

A custom metric costs by the month for each combination of dimensions: the hotel is therefore never
a dimension. bellhop/domain/counts.py names them; infra/ draws them.
"""

from collections import Counter as Sums
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from bellhop.domain.counts import EVENTS_FLOW, FLOW, FLOW_SERVICE, Count

Handler = Callable[[dict[str, Any], LambdaContext], Any]


class Counter:
    """Counts for one function."""

    def __init__(self, stage: str) -> None:
        self.metrics = Metrics()  # namespace and service come from the environment
        self.metrics.set_default_dimensions(stage=stage)
        self._stage = stage
        # Added up here: Powertools writes by itself at 100 values, and then forgets their names.
        self._counted: Sums[Count] = Sums()

    def flushing(self, handle: Handler) -> Handler:
        """The same handler, which writes what was counted when it ends, well or not."""

        def flushed(event: dict[str, Any], context: LambdaContext) -> Any:
            try:
                return handle(event, context)
            finally:
                self._flush()

        return flushed

    def _flush(self) -> None:
        counted, self._counted = self._counted, Sums()
        own = {count: number for count, number in counted.items() if count.service != FLOW_SERVICE}
        for count, number in own.items():
            self.metrics.add_metric(name=count.value, unit=MetricUnit.Count, value=number)
        if own:
            self.metrics.flush_metrics()
        for count in counted.keys() - own.keys():
            self._put(count.value, counted[count], service=FLOW_SERVICE)
        for count, flow in FLOW.items():
            if count in counted:
                self._put(EVENTS_FLOW, flow, service=FLOW_SERVICE)

    def add(self, count: Count, number: int = 1) -> None:
        """Adds to a count."""
        self._counted[count] += number

    def add_by_reason(self, count: Count, reason: str) -> None:
        """Adds one to a count and to the same count of one reason."""
        self.add(count)
        self._put(count.value, 1, service=count.service, reason=reason)

    def _put(self, name: str, value: int, **dimensions: str) -> None:
        """Writes one metric at once, with dimensions of its own beside the stage."""
        with single_metric(
            name=name,
            unit=MetricUnit.Count,
            value=value,
            default_dimensions={"stage": self._stage, **dimensions},
        ):
            pass  # written when the block ends
