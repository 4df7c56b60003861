"""In which state the account is now, and what it has used of its quota."""

import time
from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from local.ses.characters import Standing, load_standings
from local.ses.errors import ApiError
from local.ses.identifiers import now

_DAY = timedelta(hours=24)


class AccountStanding:
    """The present state; a test, or AWS itself, changes it at any time."""

    def __init__(self, name: str) -> None:
        """`name` is a row of data/accounts.toml."""
        self._known = load_standings()
        self.now = self._row(name)

    def become(self, name: str, **changes: Any) -> None:
        """Takes the state of a row, with `changes` to its fields.

        Raises KeyError for a row that is not there, TypeError for such a field.
        """
        self.now = replace(self._row(name), **changes)

    def change(self, **changes: Any) -> None:
        """Changes fields of the present state."""
        self.now = replace(self.now, **changes)

    def _row(self, name: str) -> Standing:
        if name not in self._known:
            raise KeyError(f"no account is {name!r}; the rows are {sorted(self._known)}")
        return self._known[name]


class SendQuota:
    """Recipients of the last 24 hours, and those that may be sent to at this moment.

    The rate is a bucket that holds one second of it, at least one email: SES lets short bursts
    pass. https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html
    """

    def __init__(self) -> None:
        self._sends: deque[tuple[datetime, int]] = deque()
        self._level = 0.0  # recipients sent to that the rate has not made up for yet
        self._levelled_at = time.monotonic()
        self._lock = Lock()

    def take(self, standing: Standing, *, recipients: int, simulated: int = 0) -> None:
        """Counts a message before it is accepted.

        recipients: all of them; simulated: those at the mailbox simulator, which use up the rate
        and not the day's quota. Raises ApiError for a message beyond either limit.
        """
        counted = recipients - simulated
        with self._lock:
            self._check_day(standing, counted)
            self._check_rate(standing, recipients)
            if counted:
                self._sends.append((now(), counted))

    def last_24_hours(self) -> int:
        """Recipients that count for the day's quota."""
        with self._lock:
            return self._last_24_hours()

    def _check_day(self, standing: Standing, counted: int) -> None:
        limit = standing.max_24_hour_send
        if counted and 0 <= limit < self._last_24_hours() + counted:
            raise ApiError("LimitExceededException", "Daily message quota exceeded.")

    def _check_rate(self, standing: Standing, recipients: int) -> None:
        moment = time.monotonic()
        drained = (moment - self._levelled_at) * standing.max_send_rate
        self._level, self._levelled_at = max(0.0, self._level - drained), moment
        # A message to many passes while there is room for one, and is made up for afterwards.
        if self._level + 1 > max(1.0, standing.max_send_rate):
            raise ApiError("TooManyRequestsException", "Maximum sending rate exceeded.")
        self._level += recipients

    def _last_24_hours(self) -> int:
        horizon = now() - _DAY
        while self._sends and self._sends[0][0] < horizon:
            self._sends.popleft()
        return sum(recipients for _, recipients in self._sends)
