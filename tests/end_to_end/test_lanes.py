"""A booking confirmation never waits behind a campaign."""

from __future__ import annotations

import json

from local.ses.operation_log import FILE_NAME
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


BURST = 60


def test_a_burst_stays_below_the_rate_that_ses_grants(deployment: Deployment) -> None:
    deployment.forget_queues()
    guests = [{"address": f"elena.ruiz+burst{number}@correo.test"} for number in range(BURST)]
    standing, seen = deployment.world.ses.standing, len(_outcomes(deployment))
    standing.become("beginner")  # 14 a second, and SES counts strictly
    try:
        # `send` starts anew, so that it asks for the rate at once.
        with deployment.environment("send", BELLHOP_RECORD_DAYS="399"):
            answer = deployment.post("", to=guests[: BURST - 10])
            answer.body["emails"] += deployment.post("", to=guests[BURST - 10 :]).body["emails"]
            for email in answer.body["emails"]:
                deployment.wait_for_status(email["id"], "delivered")
    finally:
        standing.become("production")
    outcomes = _outcomes(deployment)[seen:]
    assert outcomes.count("ok") >= BURST
    assert outcomes.count("TooManyRequestsException") == 0


def _outcomes(deployment: Deployment) -> list[str]:
    """How SES answered each SendEmail, in order."""
    (log,) = deployment.world.directory.rglob(FILE_NAME)
    calls = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [call["outcome"] for call in calls if call["operation"] == "SendEmail"]
