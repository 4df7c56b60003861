"""One local world with the deployed stack for the whole run, prepared as an operator would."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from local.demo.steps import prepare
from local.ses import Settings
from local.world import World
from tests import browser as browsers
from tests.end_to_end.bending import Bending
from tests.end_to_end.deployment import Deployment

# SES gives up after six seconds in place of 14 hours, and waits for no server for longer than two.
SES_SETTINGS = Settings(
    delivery_seconds_scale=6 / 50_400,
    retry_delays=tuple(timedelta(seconds=seconds) for seconds in (1, 3)),
    reply_timeout=timedelta(seconds=2),
)
HOTELS = {"hotel-sol": "hotel-sol.test", "hotel-mar": "hotel-mar.test"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser."""
    if os.environ.get(browsers.VARIABLE) == browsers.NONE:
        pytest.skip(f"{browsers.VARIABLE}={browsers.NONE} leaves the tests in a browser out")
    with browsers.headless() as browser:
        yield browser


@pytest.fixture(scope="session")
def bending() -> Bending:
    """What bends this world's SES when a test says so."""
    return Bending()


@pytest.fixture(scope="session")
def deployment(bending: Bending) -> Iterator[Deployment]:
    """The deployed stack, its world, and a CRM with an API key for each hotel."""
    with World.start(disturbance=bending, ses_settings=SES_SETTINGS) as world:
        outputs = world.deploy()
        crms = {domain: prepare(world, outputs, tenant) for tenant, domain in HOTELS.items()}
        yield Deployment(world=world, outputs=outputs, crms=crms)
