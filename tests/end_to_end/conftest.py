"""One local world with the deployed stack for the whole run, prepared as an operator would."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests import browser as browsers
from tests.end_to_end.bending import Bending
from tests.end_to_end.deployment import Deployment, deployed


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
    with deployed(bending) as deployment:
        yield deployment
