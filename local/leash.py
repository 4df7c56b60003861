"""Run a child process that cannot outlive its parent, however the parent ends.

The parent starts this file as a small process of its own (the leash) and holds the write end of its
standard input. The leash starts the real command as the leader of a new session. When the pipe
closes, because the parent let go or because it was killed with a signal that nobody can catch, the
leash ends the command and everything the command started. POSIX only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

GRACE = 5.0
"""Seconds that a command may take to end after SIGTERM before it is killed."""


class Leashed:
    """A running command; leaving the context, or ``close``, ends it and all it started."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        output: int,
        environment: Mapping[str, str],
        directory: Path,
        pass_fds: Sequence[int] = (),
    ) -> None:
        """Start ``command`` with exactly ``environment``; ``output`` is a file descriptor."""
        # Isolated (-I): the command's environment must not change what the leash imports.
        leash = [sys.executable, "-I", str(Path(__file__).resolve()), *command]
        self._process = subprocess.Popen(  # noqa: S603 - commands are this project's own
            leash,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=dict(environment),
            cwd=directory,
            pass_fds=pass_fds,
            start_new_session=True,  # Ctrl-C in the terminal is the parent's to handle
        )

    def __enter__(self) -> Leashed:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait(self, timeout: float | None = None) -> int:
        """The exit status (128 + n after signal n), or TimeoutExpired after ``timeout`` seconds."""
        return self._process.wait(timeout)

    def close(self) -> None:
        """Let go, and return when the command and what it started are gone."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def main(command: Sequence[str]) -> int:
    """The leash's own process: hold ``command`` until it ends or standard input is closed."""
    child = subprocess.Popen(  # noqa: S603 - the parent's command, passed on
        command,
        stdin=subprocess.DEVNULL,
        close_fds=False,  # sockets that the parent hands down are the command's
        start_new_session=True,
    )
    threading.Thread(target=_end_with_parent, args=(child,), daemon=True).start()
    status = child.wait()
    _signal_group(child.pid, signal.SIGKILL)  # what the command left behind
    return status if status >= 0 else 128 - status


def _end_with_parent(child: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    _signal_group(child.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(GRACE)
    _signal_group(child.pid, signal.SIGKILL)


def _signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
