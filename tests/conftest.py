"""For every test: what a shell may have taken away from this process is given back, and how the
tests are shared when several processes run them (`make test` starts two)."""

from __future__ import annotations

import signal
from pathlib import PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# A shell that runs this in the background makes it ignore Ctrl-C, and every process that the tests
# start would inherit that: the tests of what Ctrl-C does could not tell.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What the tests of these directories deploy or synthesise is made once for all of them.
UNDIVIDED = {"tests/end_to_end", "tests/infra"}


class ByDirectoryOrFile(LoadScopeScheduling):
    """One process gets all tests of an undivided directory, and elsewhere all of a file."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        return str(file.parent if str(file.parent) in UNDIVIDED else file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return ByDirectoryOrFile(config, log)
