"""A booking confirmation never waits behind a campaign."""

from __future__ import annotations

from tests.end_to_end.deployment import Deployment, eventually

IN_A_REQUEST, REQUESTS = 50, 5


def test_a_full_marketing_lane_delays_no_confirmation(deployment: Deployment) -> None:
    deployment.forget_queues()
    for request in range(REQUESTS):
        guests = [
            {
                "address": f"elena.ruiz+offer{request}.{number}@correo.test",
                "unsubscribe_url": "https://crm.hotel-sol.test/u/1",
            }
            for number in range(IN_A_REQUEST)
        ]
        assert deployment.post("", to=guests, marketing=True).status == 202
    waiting = deployment.messages("MarketingQueueUrl")
    confirmation = deployment.send("elena.ruiz+confirmed@correo.test")
    deployment.wait_for_status(confirmation, "delivered")
    still_waiting = deployment.messages("MarketingQueueUrl")
    assert 0 < still_waiting <= waiting <= IN_A_REQUEST * REQUESTS
    deployment.forget_queues()
    eventually(lambda: deployment.messages("MarketingQueueUrl") == 0)
