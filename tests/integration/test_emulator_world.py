"""A world leaves nothing running, however it ends, and does not disturb another one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.world import World
from tests.integration.descendants import marked, survivors

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

OWNER = """
from local.world import World

with World.start() as world:
    print(world.directory, flush=True)
    world.deploy()
"""


@contextmanager
def owner_in_the_middle_of_a_deployment(mark: str) -> Iterator[tuple[Any, Path]]:
    """A process that owns a world and runs ``cdk deploy`` in it."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER],
        env=os.environ | {"MARK": mark},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as owner:
        assert owner.stdout is not None
        assert owner.stderr is not None
        directory = Path(owner.stdout.readline().strip())
        assert any(line.startswith("Deploy") for line in owner.stderr)
        yield owner, directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_nothing_survives_a_world_that_ends_while_it_deploys(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    with owner_in_the_middle_of_a_deployment(str(tmp_path)) as (owner, directory):
        assert len(marked(str(directory))) >= 2  # the emulator and its leash
        owner.send_signal(number)
        assert owner.wait(20) == status
        assert survivors(str(directory), seconds=10) == []
        assert survivors(str(tmp_path), seconds=10) == []
        assert directory.exists() == (number is signal.SIGKILL)


def test_two_worlds_side_by_side_do_not_meet() -> None:
    with World.start() as one, World.start() as other:
        one.session().client("sqs").create_queue(QueueName="only-in-one")
        one.session().client("sesv2").create_email_identity(EmailIdentity="hotel-sol.test")

        assert not other.session().client("sqs").list_queues().get("QueueUrls")
        assert other.session().client("sesv2").list_email_identities()["EmailIdentities"] == []
    assert not one.directory.exists()
    assert not other.directory.exists()
