"""A leashed command never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.leash import Leashed
from tests.integration.descendants import marked, survivors

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

PARENT = """
import os, sys
from pathlib import Path
from local.leash import Leashed

Leashed(["sh", "-c", sys.argv[1]], output=1, environment=os.environ, directory=Path.cwd())
sys.stdin.read()
"""


def environment(tmp_path: Path) -> dict[str, str]:
    """An environment that marks a process and all that descend from it."""
    return {"PATH": os.environ["PATH"], "MARK": str(tmp_path)}


def leash(tmp_path: Path, script: str, output: int = subprocess.DEVNULL) -> Leashed:
    return Leashed(
        ["sh", "-c", script],
        output=output,
        environment=environment(tmp_path),
        directory=tmp_path,
    )


@pytest.mark.parametrize(
    ("script", "status"), [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137)]
)
def test_status_is_the_commands(tmp_path: Path, script: str, status: int) -> None:
    with leash(tmp_path, script) as process:
        assert process.wait(10) == status
        assert not process.running


def test_closing_ends_the_command_and_what_it_started(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with leash(tmp_path, "sleep 600 & echo started; sleep 600", writing):
        os.close(writing)
        assert os.read(reading, 100) == b"started\n"
        assert len(marked(str(tmp_path))) >= 3  # the leash, sh and the sleep behind it
    os.close(reading)
    assert survivors(str(tmp_path), seconds=5) == []


def test_what_a_command_leaves_behind_is_ended_with_it(tmp_path: Path) -> None:
    with leash(tmp_path, "sleep 600 & exit 0") as process:
        assert process.wait(10) == 0
        assert survivors(str(tmp_path), seconds=5) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_end_of_the_parent_ends_the_command(tmp_path: Path, number: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, "trap '' INT HUP; echo started; sleep 600"],
        env=environment(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        parent.send_signal(number)
        assert survivors(str(tmp_path), seconds=10) == []
