"""SES that misbehaves when a test says so."""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque

from local.ses.disturbance import Disturbance
from local.ses.server import Answer


class Bending(Disturbance):
    """Gives the answers that a test has laid ready, one call each; otherwise SES behaves."""

    def __init__(self) -> None:
        self._refusals: dict[str, deque[Answer]] = defaultdict(deque)
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)
        self._lock = threading.Lock()

    def refuse_next(self, operation: str, answer: Answer) -> None:
        """The operation's next call gets this answer and has no effect."""
        with self._lock:
            self._refusals[operation].append(answer)

    def answer_next(self, operation: str, answer: Answer) -> None:
        """The operation's next call has its effect and gets this answer."""
        with self._lock:
            self._answers[operation].append(answer)

    def refusal(self, operation: str) -> Answer | None:
        with self._lock:
            ready = self._refusals[operation]
            return ready.popleft() if ready else None

    def answer(self, operation: str, answer: Answer) -> Answer:
        with self._lock:
            ready = self._answers[operation]
            return ready.popleft() if ready else answer


def error(status: int, code: str, message: str) -> Answer:
    """An error as SES answers it."""
    return Answer(
        status=status,
        body=json.dumps({"message": message}).encode(),
        headers={"x-amzn-ErrorType": code, "Content-Type": "application/json"},
    )


def throttled() -> Answer:
    """The answer to a call over the send rate."""
    return error(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
