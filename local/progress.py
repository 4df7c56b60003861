"""Say what is going on: a spinner in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

DETAIL_INTERVAL = 5.0
"""Seconds between two details of one step where output is plain lines."""


class Progress:
    """Reports steps on ``console``; standard error by default, so that results can be piped."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """A step that may take seconds; call what is given with what it is doing at the moment."""
        started = time.monotonic()
        if self._console.is_terminal:
            with self._console.status(title) as status:
                yield lambda detail: status.update(f"{title} [dim]{escape(detail)}[/dim]")
        else:
            self._console.print(f"{title} …")
            yield self._plain_detail()
        self._console.print(f"{title}: done in {time.monotonic() - started:.1f} s")

    def _plain_detail(self) -> Callable[[str], None]:
        last = time.monotonic()

        def detail(text: str) -> None:
            nonlocal last
            if time.monotonic() - last >= DETAIL_INTERVAL:
                last = time.monotonic()
                self._console.print(f"  {text}", markup=False, soft_wrap=True)

        return detail
