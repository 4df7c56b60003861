"""Each hotel is an SES tenant: paused alone, and unable to send from another's domain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bellhop.domain.tenants import ses_tenant
from bellhop.queues import encode
from tests.builders import an_email
from tests.end_to_end.deployment import Deployment, eventually


def test_a_hotel_that_ses_has_paused_waits_and_the_others_go_on(deployment: Deployment) -> None:
    tenants, paused = deployment.world.ses.tenants, ses_tenant("local", "hotel-sol")
    address, other = "elena.ruiz+pausa@correo.test", "elena.ruiz+sigue@correo.test"
    mail = deployment.world.internet.transcripts.for_recipient
    tenants.become(paused, "stopped")
    try:
        seen = len(deployment.log("send"))
        email_id = deployment.send(address)
        eventually(
            lambda: any("is disabled for tenant" in x for x in deployment.log("send")[seen:])
        )
        deployment.send(other, domain="hotel-mar.test")
        eventually(lambda: mail(other))
        assert deployment.record(email_id)["status"] == "queued"
    finally:
        tenants.become(paused, "ordinary")
    deployment.wait_for_status(email_id, "delivered")


def test_even_by_a_mistake_of_ours_no_hotel_sends_from_anothers_domain(
    deployment: Deployment,
) -> None:
    address = "elena.ruiz+ajeno@correo.test"
    mistaken = an_email(
        address, tenant="hotel-mar", not_after=datetime.now(UTC) + timedelta(hours=1)
    )
    assert mistaken.sender.domain == "hotel-sol.test"
    seen = len(deployment.log("send"))
    deployment.client("sqs").send_message(
        QueueUrl=deployment.outputs["TransactionalQueueUrl"], MessageBody=encode(mistaken)
    )
    refusal = "Tenant not associated with resources"
    eventually(lambda: any(refusal in line for line in deployment.log("send")[seen:]))
    assert not deployment.world.internet.transcripts.for_recipient(address)
    deployment.forget_queues()
