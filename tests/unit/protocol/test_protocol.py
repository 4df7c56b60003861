"""The sending protocol keeps its promises whatever happens, and needs each guard for that."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.protocol.guards import GUARDS
from tests.unit.protocol.machine import Protocol
from tests.unit.protocol.world import Broken

# The same runs each time: what is found here is found by everybody.
SEARCH = settings(
    derandomize=True,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def test_nothing_that_may_happen_breaks_a_promise():
    search = settings(
        SEARCH, max_examples=300, stateful_step_count=25, phases=[Phase.generate, Phase.shrink]
    )
    run_state_machine_as_test(Protocol, settings=search)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_without_a_guard_a_promise_is_broken(guard, monkeypatch):
    guard.remove(monkeypatch)

    class WithoutGuard(Protocol):
        begins = [guard.begin] if guard.begin else Protocol.begins
        meddling = (guard.meddling,)

    search = settings(SEARCH, max_examples=2_000, stateful_step_count=10, phases=[Phase.generate])
    with pytest.raises(Broken):
        run_state_machine_as_test(WithoutGuard, settings=search)
