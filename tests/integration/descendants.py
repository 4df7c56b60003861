"""Processes that belong to a test, found by a mark in their environment (Linux)."""

from __future__ import annotations

import os
import select
import time
from pathlib import Path

PROC = Path("/proc")


def marked(mark: str) -> list[int]:
    """Ids of the living processes that carry ``mark`` anywhere in their environment."""
    found = []
    for environment in PROC.glob("[0-9]*/environ"):
        try:
            if mark.encode() in environment.read_bytes():
                found.append(int(environment.parent.name))
        except OSError:
            continue  # it ended meanwhile, or is not ours to read
    return sorted(set(found) - {os.getpid()})


def survivors(mark: str, *, seconds: float) -> list[str]:
    """Command lines of marked processes that have not ended within ``seconds``."""
    deadline = time.monotonic() + seconds
    for process in marked(mark):
        _wait_for_end(process, deadline - time.monotonic())
    return [_command_line(process) for process in marked(mark)]


def _wait_for_end(process: int, seconds: float) -> None:
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return
    try:
        select.select([descriptor], [], [], max(seconds, 0))
    finally:
        os.close(descriptor)


def _command_line(process: int) -> str:
    try:
        words = (PROC / str(process) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return f"{process}: gone"
    return f"{process}: {b' '.join(words).decode()[:200]}"
