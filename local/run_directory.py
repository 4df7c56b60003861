"""A world's own directory: logs, transcripts and scratch files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
RUNS = REPOSITORY / ".run"


@contextmanager
def run_directory() -> Iterator[Path]:
    """A new directory under .run/; removed afterwards, but kept as evidence after an exception."""
    RUNS.mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="world-", dir=RUNS))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)
