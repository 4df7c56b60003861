"""The smoke test for a real account, run against the local world: same steps, no account."""

from __future__ import annotations

from tests.end_to_end.deployment import PATIENCE, Deployment
from tests.live.smoke import SIMULATIONS, Smoke


def test_the_smoke_test_passes_here(deployment: Deployment) -> None:
    deployment.forget_queues()
    assert _smoke(deployment).run() == []


def test_the_smoke_test_says_what_is_wrong() -> None:
    record = {"status": "bounced", "reason": {"code": "mailbox_full"}, "signals": {}}
    said = [line for each in SIMULATIONS for line in each.differences(record)]
    assert "success: status bounced, expected delivered" in said
    assert "bounce: reason mailbox_full, expected user_unknown" in said
    assert "complaint: complained is missing in {}" in said


def _smoke(deployment: Deployment) -> Smoke:
    return Smoke(
        crm=deployment.crm,
        outputs=deployment.outputs,
        session=deployment.world.session(),
        sender="reservas@hotel-sol.test",
        patience=PATIENCE,
    )
