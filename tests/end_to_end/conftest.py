"""One local world with the deployed stack for the whole run, prepared as an operator would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.demo.steps import prepare
from local.world import World
from tests.end_to_end.deployment import Deployment


@pytest.fixture(scope="session")
def deployment() -> Iterator[Deployment]:
    """The deployed stack, its world, and a CRM with an API key of hotel-sol's."""
    with World.start() as world:
        outputs = world.deploy()
        yield Deployment(world=world, outputs=outputs, crm=prepare(world, outputs))
