"""Keeps all workers together below the rate that SES grants, without a word between them.

Each worker takes its part of its lane's share of the rate, and spaces its calls evenly. What SES
throttles all the same halves the worker's pace for a minute. A lane's share is its own: a full
marketing lane takes nothing of the transactional one.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bellhop.domain.emails import EmailClass

SHARE: Mapping[EmailClass, float] = MappingProxyType(
    {EmailClass.TRANSACTIONAL: 0.7, EmailClass.MARKETING: 0.2}
)
"""The rest is for what else the account sends, and for clocks that run apart."""
SLOW_FOR = 60.0
"""Seconds for which a throttle halves the pace."""


class Pacer:
    """The pace of one worker in one lane.

    Args:
        rate: emails a second that SES grants the account, asked before each call.
        share: of the rate, see :data:`SHARE`.
        workers: that work in the lane at once, at most.
        monotonic: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        *,
        rate: Callable[[], float],
        share: float,
        workers: int,
        monotonic: Callable[[], float],
    ) -> None:
        self._rate = rate
        self._part = share / workers
        self._monotonic = monotonic
        self._next_at = monotonic()
        self._slow_until = self._next_at

    def wait(self) -> float:
        """Seconds until the next call may begin."""
        return max(0.0, self._next_at - self._monotonic())

    def begin(self) -> None:
        """A call begins now."""
        now = self._monotonic()
        pace = self._rate() * self._part * (0.5 if now < self._slow_until else 1)
        self._next_at = now + 1 / pace

    def throttled(self) -> None:
        """SES refused a call because too many came."""
        self._slow_until = self._monotonic() + SLOW_FOR
