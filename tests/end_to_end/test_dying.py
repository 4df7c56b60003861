"""Deployed functions die at each of their calls; what was accepted arrives all the same."""

from __future__ import annotations

import pytest

from tests.end_to_end.deployment import Deployment
from tests.end_to_end.dying import FUNCTIONS, Dying, die_everywhere, table


@pytest.fixture(scope="module")
def dying(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Dying:
    deployment.forget_queues()
    dying = die_everywhere(deployment, tmp_path_factory.mktemp("dying"), moments=["after"])
    deployment.forget_queues()
    return dying


def test_a_process_that_dies_at_a_call_loses_nothing_and_doubles_nothing(dying: Dying) -> None:
    faults = [f"{end}: {fault}" for end in dying.ends for fault in end.faults]
    assert not faults, "\n".join(faults)


def test_every_function_died_after_each_of_its_calls(dying: Dying) -> None:
    assert not dying.missed
    assert {death.function for death in dying.met} == {*FUNCTIONS}
    calls = {death.operation for death in dying.met}
    assert {"sqs.SendMessageBatch", "ses.SendEmail", "dynamodb.UpdateItem"} <= calls
    assert "0 not as promised" in table(dying)
