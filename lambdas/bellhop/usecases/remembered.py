"""Remembers what was read for a minute, so that not every request reads it again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bellhop.usecases.ports import Clock

Key = TypeVar("Key")
Value = TypeVar("Value")

# What is changed or revoked goes on working for as long as this.
CACHE_TIME = timedelta(minutes=1)


class Remembered(Generic[Key, Value]):
    """Asks once a minute for each key. That there is nothing is not remembered: it may come."""

    def __init__(self, ask: Callable[[Key], Value | None], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._known: dict[Key, tuple[Value, datetime]] = {}

    def get(self, key: Key) -> Value | None:
        """The value of a key, at most a minute old, or ``None``."""
        now = self._clock()
        value, until = self._known.get(key, (None, now))
        if until > now:
            return value
        value = self._ask(key)
        if value is not None:
            fresh = {other: entry for other, entry in self._known.items() if entry[1] > now}
            self._known = {**fresh, key: (value, now + CACHE_TIME)}
        return value
