"""SES that misbehaves when a test says so."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from local.ses import Chaos, ChaosSettings, Disturbance, Scheduled
from local.ses.chaos import THROTTLED, error
from local.ses.events import Event
from local.ses.server import Answer

__all__ = ["Bending", "error", "throttled"]


class Bending(Disturbance):
    """Gives the answers that a test has laid ready, one call each; otherwise SES behaves.

    While ``chaos`` is on, calls and events for which nothing lies ready meet that.
    """

    def __init__(self) -> None:
        self._refusals: dict[str, deque[Answer]] = defaultdict(deque)
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._otherwise = Disturbance()

    def refuse_next(self, operation: str, answer: Answer) -> None:
        """The operation's next call gets this answer and has no effect."""
        with self._lock:
            self._refusals[operation].append(answer)

    def answer_next(self, operation: str, answer: Answer) -> None:
        """The operation's next call has its effect and gets this answer."""
        with self._lock:
            self._answers[operation].append(answer)

    @contextmanager
    def chaos(self, settings: ChaosSettings) -> Iterator[Chaos]:
        """A bad day of SES's for as long as the context lasts."""
        chaos = self._otherwise = Chaos(settings)
        try:
            yield chaos
        finally:
            self._otherwise = Disturbance()

    def refusal(self, operation: str, recipients: str) -> Answer | None:
        ready = self._ready(self._refusals, operation)
        return ready or self._otherwise.refusal(operation, recipients)

    def answer(self, operation: str, recipients: str, answer: Answer) -> Answer:
        ready = self._ready(self._answers, operation)
        return ready or self._otherwise.answer(operation, recipients, answer)

    def events(self, event: Event) -> Sequence[Scheduled]:
        return self._otherwise.events(event)

    def _ready(self, answers: dict[str, deque[Answer]], operation: str) -> Answer | None:
        with self._lock:
            return answers[operation].popleft() if answers[operation] else None


def throttled() -> Answer:
    """The answer to a call over the send rate."""
    return THROTTLED
