"""Leave by the ordinary way out when the system asks the process to end."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ASKING = (signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C is not among them: Python makes a KeyboardInterrupt of it by itself."""


@contextmanager
def graceful_termination() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into SystemExit, so that every context is left and cleaned up.

    Only Python's main thread may set handlers; elsewhere this changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.signal(number, _exit) for number in ASKING}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
