"""Ctrl-C ends `make local` and `make demo` without a traceback, and nothing is left running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.__main__ import main, stay
from local.demo.steps import DemoError
from local.interruption import INTERRUPTED, without_traceback
from tests.integration.descendants import marked, survivors

STAYING = """
from local.__main__ import stay

def running():
    print("staying", flush=True)
    return True

stay(running)
print("left")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("module", ["local", "local.demo"])
def test_ctrl_c_ends_everything_without_a_traceback(tmp_path: Path, module: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", module],
        env=os.environ | {"MARK": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert any(line.startswith("Bootstrap") for line in process.stderr)
        assert marked(str(tmp_path))
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=20)
    assert process.returncode == INTERRUPTED == 130
    assert "Traceback" not in error
    assert survivors(str(tmp_path), seconds=10) == []


def test_ctrl_c_while_it_serves_is_the_ordinary_end() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STAYING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "staying\n"
        process.send_signal(signal.SIGINT)
        output, error = process.communicate(timeout=10)
    assert (process.returncode, output.split()[-1], error) == (0, "left", "")


def test_a_world_that_ends_by_itself_is_an_error() -> None:
    with pytest.raises(DemoError, match="ended by itself"):
        stay(lambda: False)


def test_other_ends_are_left_as_they_are() -> None:
    assert without_traceback(lambda: 3) == 3
    with pytest.raises(SystemExit):
        without_traceback(lambda: sys.exit(143))


def test_a_busy_port_is_said_before_anything_is_started(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    said = capsys.readouterr()
    assert f"local: the page cannot be at --port {port}" in said.err
    assert "Start the internet" not in said.err
