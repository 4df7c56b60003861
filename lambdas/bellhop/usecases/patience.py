"""When an email that stays in its queue is worth another look.

A queue message may be received a limited number of times before SQS moves it away without a word;
so the looks that are left are spread over the time that the email has left, and none is wasted.
"""

import random
from dataclasses import dataclass
from datetime import timedelta

from bellhop.usecases.send_email import Sending

MOST_LOOKS = 95
"""After so many looks an email is parked, with its reason; SQS would move it after a hundred."""
_QUICK_LOOKS = 12  # by then the backoff has reached its longest
_LONGEST_BACKOFF = timedelta(minutes=90)
_LONGEST = timedelta(hours=11)  # SQS hides a message for twelve hours at most
# Each look that there was no time for makes the next wait so much longer: an email waits an eighth
# of its age more than it must, and the looks last for a week.
_GROWTH = 1.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long one lane's emails wait.

    Attributes:
        lease, window: see :class:`~bellhop.usecases.send_email.Worker`.
    """

    lease: timedelta
    window: timedelta

    def until_next(self, sending: Sending, receives: int, time_left: timedelta) -> timedelta:
        """How long a message stays hidden after its ``receives``-th look.

        What there was no time for, or too little rate, comes again within seconds, and within an
        eighth of its age where it waits behind many others. Another refusal is tried again after
        5 s, 10 s, 20 s … 90 minutes. A claim of somebody else's ends with its lease. What is
        stopped is looked at every five minutes at least, so that it goes on soon after. An
        uncertain email waits for its window's end, an hour at a time, and then for events to come:
        2, 4, 8 … 60 minutes. Each is shortened by up to a quarter at random, so that a crowd does
        not come back at once.
        """
        if sending is Sending.HELD:
            return self.lease
        if sending in {Sending.UNCERTAIN, Sending.AWAITING_NEWS}:
            return min(self.lease + self.window, timedelta(hours=1))
        if sending in {Sending.POSTPONED, Sending.THROTTLED}:
            delay = min(_LONGEST, timedelta(seconds=5 * _GROWTH ** min(receives - 1, 100)))
            return delay * random.uniform(0.5, 1)  # noqa: S311 (spreads load, hides nothing)
        if sending is Sending.STOPPED:
            backoff = min(timedelta(minutes=5), timedelta(seconds=5 * 2 ** min(receives - 1, 6)))
        elif sending is Sending.AWAITING_EVENTS:
            backoff = min(timedelta(hours=1), timedelta(minutes=2 ** min(receives - 1, 6)))
        else:
            backoff = min(_LONGEST_BACKOFF, timedelta(seconds=5 * 2 ** min(receives - 1, 11)))
        if receives >= _QUICK_LOOKS:
            backoff = max(backoff, time_left / max(1, MOST_LOOKS - receives) * 4 / 3)
        return min(_LONGEST, backoff * random.uniform(0.75, 1))  # noqa: S311 (spreads load, hides nothing)
