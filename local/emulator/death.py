"""Ends a function's process at a call of its own, by ``os._exit``: no handler, no ``finally``.

Each function's process runs this text before its own code, with the standard library alone (see
local/emulator/mends/functions.py). ``BELLHOP_LOCAL_DEATHS`` in the function's environment is JSON:

- ``directory``: where each process writes down, in a file of its own, the calls that leave it: its
  X-Amz-Target, or else its path, a line each.
- ``deaths``: the first process that comes to one of them ends there: ``call`` as written down,
  ``occurrence`` (which of the process's calls of that name, counted from 0), and ``moment``
  (``before`` it leaves, or ``after`` its answer came, which nobody hears of then).

The file ``<number>.died`` says that a process met that death: no other one does.
"""

import http.client
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any


class Fate:
    """One process's."""

    def __init__(self, directory: str, deaths: list[dict[str, Any]]) -> None:
        self._directory = Path(directory)
        self._counts: Counter[str] = Counter()
        self._deaths = deaths

    def leaves(self, call: str) -> None:
        self._counts[call] += 1
        with (self._directory / f"{os.getpid()}.calls").open("a") as calls:
            calls.write(f"{call}\n")
        self._meet(call, "before")

    def answered(self, call: str) -> None:
        self._meet(call, "after")

    def _meet(self, call: str, moment: str) -> None:
        here = {"call": call, "occurrence": self._counts[call] - 1, "moment": moment}
        if here in self._deaths and self._is_first(self._deaths.index(here)):
            os._exit(1)

    def _is_first(self, number: int) -> bool:
        try:
            (self._directory / f"{number}.died").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def install(fate: Fate) -> None:
    """Every connection meets its fate; what imports ``http.client`` later knows no other class."""

    class Connection(http.client.HTTPConnection):
        _call = ""

        def putrequest(self, method: str, url: str, *rest: Any, **more: Any) -> None:
            self._call = url.partition("?")[0]
            super().putrequest(method, url, *rest, **more)

        def putheader(self, header: Any, *values: Any) -> None:
            if header.lower() == "x-amz-target":
                (value,) = values
                self._call = value if isinstance(value, str) else value.decode()
            super().putheader(header, *values)

        def endheaders(self, *rest: Any, **more: Any) -> None:
            fate.leaves(self._call)
            super().endheaders(*rest, **more)

        def getresponse(self) -> http.client.HTTPResponse:
            answer = super().getresponse()
            fate.answered(self._call)
            return answer

    http.client.HTTPConnection = Connection  # type: ignore[misc]


if _told := os.environ.get("BELLHOP_LOCAL_DEATHS"):
    install(Fate(**json.loads(_told)))
