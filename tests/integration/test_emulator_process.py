"""The emulator's process, and the functions it runs, end with the process that started it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.emulator import Emulator
from local.emulator.emulator import EmulatorStartError
from tests.integration.descendants import marked, survivors
from tests.integration.emulator_stack import deploy, eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

OWNER = """
import sys
from pathlib import Path
from local.emulator import Emulator
from tests.integration.emulator_stack import deploy

emulator = Emulator.start(Path(sys.argv[1]))
stack = deploy(emulator)
call = {"FunctionName": stack["Function"], "InvocationType": "Event", "Payload": '{"sleep": 600}'}
emulator.session.client("lambda").invoke(**call)
print("running", flush=True)
sys.stdin.read()
"""


def workers(mark: str) -> list[int]:
    """Processes in which the emulator runs functions."""
    return [
        process
        for process in marked(mark)
        if b"_worker.py" in Path(f"/proc/{process}/cmdline").read_bytes()
    ]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_survives_the_owner_even_in_the_middle_of_a_function(
    tmp_path: Path, number: signal.Signals
) -> None:
    mark = str(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, mark],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"running\n"
        eventually(lambda: workers(mark))
        owner.send_signal(number)
        assert survivors(mark, seconds=15) == []


def test_closing_takes_the_functions_with_it(tmp_path: Path) -> None:
    with Emulator.start(tmp_path) as emulator:
        stack = deploy(emulator)
        emulator.session.client("lambda").invoke(
            FunctionName=stack["Function"],
            InvocationType="Event",
            Payload=json.dumps({"sleep": 600}),
        )
        eventually(lambda: workers(str(tmp_path)))
    assert survivors(str(tmp_path), seconds=5) == []


def test_failed_start_is_noticed_at_once_and_names_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.emulator.emulator.REPOSITORY", tmp_path)  # nothing to import there
    started = time.monotonic()
    with pytest.raises(EmulatorStartError, match=r"emulator\.log"):
        Emulator.start(tmp_path)
    assert time.monotonic() - started < 10
    assert survivors(str(tmp_path), seconds=5) == []
