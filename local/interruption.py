"""Ctrl-C as a decision: no traceback, and the exit status that shells give it."""

from __future__ import annotations

import signal
from collections.abc import Callable

INTERRUPTED = 128 + signal.SIGINT


def without_traceback(main: Callable[[], int]) -> int:
    """The exit status of ``main``; INTERRUPTED when Ctrl-C ended it, after its clean-up."""
    try:
        return main()
    except KeyboardInterrupt:
        return INTERRUPTED
