"""A world's own directory: logs, transcripts and scratch files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import REPOSITORY

RUNS = REPOSITORY / ".run"


@contextmanager
def run_directory() -> Iterator[Path]:
    """A new directory under .run/; removed afterwards, but kept as evidence after an error."""
    RUNS.mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="world-", dir=RUNS))
    try:
        yield directory
    except Exception as error:
        error.add_note(f"The logs of the local world are kept in {directory}")
        raise
    except BaseException:  # Ctrl-C and sys.exit are decisions, not errors
        shutil.rmtree(directory, ignore_errors=True)
        raise
    shutil.rmtree(directory, ignore_errors=True)
