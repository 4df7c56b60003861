"""What the processes of a world cost: CPU seconds by part, as Linux counts them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
EMULATOR = "the emulator"
HERE = "SES, mail servers, DNS and the CRM"
ELSE = "everything else on this machine"
FUNCTIONS = {"SendFunction": "send", "IngestFunction": "ingest", "ApiFunction": "api"}


class _Process(NamedTuple):
    number: int
    parent: int
    seconds: float
    command: str


def cpu_seconds() -> Mapping[str, float]:
    """CPU seconds so far of this process, of the emulator, of each function, and of all others.

    Empty on a system without /proc.
    """
    if not (PROC / "stat").exists():
        return {}
    processes = {each.number: each for each in _processes()}
    seconds: defaultdict[str, float] = defaultdict(float)
    for each in processes.values():
        if part := _part(each, processes):
            seconds[part] += each.seconds
    # user, nice, system, idle, iowait, irq, softirq: see proc_stat(5)
    ticks = [int(text) for text in (PROC / "stat").read_text().splitlines()[0].split()[1:8]]
    busy = (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")
    seconds[ELSE] = busy - sum(seconds.values())
    return seconds


def cost(before: Mapping[str, float], after: Mapping[str, float]) -> Mapping[str, float]:
    """The CPU seconds between two looks; none is less than nothing, as short ones round."""
    return {part: max(0.0, seconds - before.get(part, 0.0)) for part, seconds in after.items()}


def _processes() -> Iterator[_Process]:
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:  # it has just ended
            continue
        seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        yield _Process(int(entry.name), int(fields[1]), seconds, command)


def _part(process: _Process, processes: dict[int, _Process]) -> str | None:
    if process.number == os.getpid():
        return HERE
    if not _is_ours(process, processes):
        return None
    if "local.emulator.serve" in process.command:
        return EMULATOR
    return next((part for name, part in FUNCTIONS.items() if name in process.command), None)


def _is_ours(process: _Process, processes: dict[int, _Process]) -> bool:
    while process.number != os.getpid():
        if process.parent not in processes:
            return False
        process = processes[process.parent]
    return True
