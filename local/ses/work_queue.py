"""Items that become due, and a few threads that work on them."""

import heapq
import itertools
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Condition, Thread
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)

Item = TypeVar("Item")


class WorkQueue(Generic[Item]):
    """Calls `run` once for each item, when it is due, in the order of due times.

    With one worker that order is strict. `run` is expected to handle its own errors; one that
    escapes is logged and costs that item only.
    """

    def __init__(self, run: Callable[[Item], None], *, workers: int, name: str) -> None:
        self._run = run
        self._heap: list[tuple[float, int, Item]] = []
        self._order = itertools.count()
        self._running = 0
        self._closed = False
        self._changed = Condition()
        self._threads = [
            Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, item: Item, delay: timedelta = timedelta(0)) -> None:
        """Adds an item that is due after `delay`; after `close` it is dropped."""
        due = time.monotonic() + delay.total_seconds()
        with self._changed:
            if not self._closed:
                heapq.heappush(self._heap, (due, next(self._order), item))
                self._changed.notify_all()

    def wait_until_idle(self, timeout: timedelta) -> bool:
        """Waits until nothing is queued or running; False when the time is over before that."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout.total_seconds())

    def close(self) -> int:
        """Ends the threads after their present items; the number of items that were left."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        return len(self._heap)

    def _is_idle(self) -> bool:
        return not self._heap and self._running == 0

    def _work(self) -> None:
        while (item := self._next()) is not None:
            try:
                self._run(item[0])
            except Exception:
                _log.exception("work on %r failed", item[0])
            finally:
                with self._changed:
                    self._running -= 1
                    self._changed.notify_all()

    def _next(self) -> tuple[Item] | None:
        """The next due item in a tuple of its own (it may be None), or None after `close`."""
        with self._changed:
            while not self._closed:
                wait = self._heap[0][0] - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    self._running += 1
                    return (heapq.heappop(self._heap)[2],)
                self._changed.wait(wait)
        return None
