"""What the functions asked AWS for is allowed by their synthesised roles alone, and all that these
allow is used: read from the calls that the emulator let pass in this run."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial

import pytest

from tests.end_to_end.bending import Bending
from tests.end_to_end.deployment import Deployment, eventually
from tests.end_to_end.test_grants import FUNCTIONS, PROBED, PROBES
from tests.end_to_end.test_senders import onboard_and_remove
from tests.end_to_end.test_watch import look


def calls(deployment: Deployment, function: str) -> set[tuple[str, str]]:
    """Action and resource of each call that a function made, or that AWS made in its name."""
    role = deployment.role_of(function)
    return {
        (each["action"], each["resource"])
        for each in deployment.world.emulator.calls
        if role in each["principal"].split("/")
    }


def used(deployment: Deployment, function: str) -> set[tuple[str, str]]:
    """The grants that those calls needed."""
    made = calls(deployment, function)
    return {
        (action, resource)
        for action, resource in deployment.grants(function)
        if any(action == did and fnmatchcase(on, resource) for did, on in made)
    }


def _is_used(deployment: Deployment, function: str, grant: tuple[str, str]) -> bool:
    return grant in used(deployment, function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_call_is_covered_by_a_grant_and_every_grant_by_a_call(
    deployment: Deployment, bending: Bending, function: str
) -> None:
    grants = set(deployment.grants(function))
    # In a run of all tests nearly everything has been done; alone, this test does it itself.
    if function not in PROBED and grants - used(deployment, function):
        onboard_and_remove(deployment, "hotel-usado.test")
        look(deployment)
    for action, resource in sorted(grants - used(deployment, function)):
        probe = PROBES[function, action]
        name = f"used.{function}.{action.replace(':', '.')}".lower()
        probe(deployment, bending, name, resource)
        eventually(partial(_is_used, deployment, function, (action, resource)))
    uncovered = {
        (did, on)
        for did, on in calls(deployment, function)
        if not any(did == action and fnmatchcase(on, resource) for action, resource in grants)
    }
    assert uncovered == set()
    assert used(deployment, function) == grants
    deployment.forget_queues()
