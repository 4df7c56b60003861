"""Says on standard error how far a long command is, so that results can be piped."""

import time
from typing import TextIO

_WATCHED, _LOGGED = 0.5, 10.0  # seconds between two lines on a terminal, and elsewhere


class Progress:
    """One line on a terminal that changes; a line now and then elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._on_terminal = out.isatty()
        self._shown_at = time.monotonic()
        self._is_shown = False

    def show(self, text: str) -> None:
        """Says where the command is, unless it was said just now."""
        interval = _WATCHED if self._on_terminal else _LOGGED
        if time.monotonic() - self._shown_at < interval:
            return
        self._shown_at = time.monotonic()
        if self._on_terminal:
            self._out.write(f"\r\033[K{text}")
            self._is_shown = True
        else:
            self._out.write(f"{text}\n")
        self._out.flush()

    def clear(self) -> None:
        """Takes the line off a terminal, so that other text stands alone."""
        if self._is_shown:
            self._out.write("\r\033[K")
            self._out.flush()
            self._is_shown = False
