"""A line for each call: what the code under test really asked SES for."""

import json
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from local.ses.identifiers import now, timestamp

FILE_NAME = "ses-operations.jsonl"


class OperationLog:
    """Appends JSON lines: time, operation, access_key, parameters (names only), outcome."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._file = (directory / FILE_NAME).open("a", encoding="utf-8")
        self._lock = Lock()

    def record(
        self, operation: str, access_key: str, parameters: Iterable[str], outcome: str
    ) -> None:
        """Writes one line; `outcome` is `ok` or the name of the error."""
        line = {
            "time": timestamp(now()),
            "operation": operation,
            "access_key": access_key,
            "parameters": sorted(parameters),
            "outcome": outcome,
        }
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()
