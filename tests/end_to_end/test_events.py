"""What comes over the topic: poison is parked with its reason, and nothing else is held up."""

from __future__ import annotations

from dataclasses import replace

from local.demo.guests import LETTERS
from local.demo.steps import send, settle
from tests.builders import an_email_id, an_event
from tests.end_to_end.deployment import Deployment, eventually


def test_poison_is_parked_with_its_reason_and_the_rest_is_recorded(deployment: Deployment) -> None:
    deployment.forget_queues()
    email_id = deployment.send("elena.ruiz+veneno@correo.test")
    deployment.publish('{"eventType": "Bounce", "mail": {"timestamp": "x"}, "bounce": {}}')
    deployment.wait_for_status(email_id, "delivered")
    parked = eventually(
        lambda: (
            deployment.client("sqs")
            .receive_message(
                QueueUrl=deployment.outputs["EventsDeadLetterQueueUrl"],
                MessageAttributeNames=["All"],
            )
            .get("Messages")
        )
    )
    (message,) = parked
    assert "bouncedRecipients" in message["MessageAttributes"]["reason"]["StringValue"]
    assert message["Body"].startswith('{"eventType": "Bounce"')
    eventually(lambda: deployment.messages("EventsQueueUrl") == 0)
    deployment.forget_queues()


def test_an_event_that_comes_again_changes_nothing(deployment: Deployment) -> None:
    email_id = deployment.send("elena.ruiz+otra-vez@correo.test")
    before = deployment.wait_for_status(email_id, "delivered")
    event = an_event("Reject", {"reason": "Bad content"}, email_id=email_id, attempt="at_other")
    for _ in range(5):
        deployment.publish(event)
    after = eventually(
        lambda: (
            found
            if len((found := deployment.record(email_id))["timeline"]) > len(before["timeline"])
            else None
        )
    )
    eventually(lambda: deployment.messages("EventsQueueUrl") == 0)
    assert len(after["timeline"]) == len(before["timeline"]) + 1
    assert deployment.record(email_id) == after


A_BOUNCE = {
    "bounceType": "Permanent",
    "bouncedRecipients": [{"emailAddress": "x@correo.test", "status": "5.1.1"}],
    "feedbackId": "0102-made-up",
}


def test_a_bounce_without_a_record_has_its_end_and_suppresses_all_the_same(
    deployment: Deployment,
) -> None:
    expired, address = an_email_id("caducada@correo.test"), "caducada@correo.test"
    erased = deployment.erase("borrada@correo.test")
    foreign, gone = an_email_id("ajena@correo.test"), an_email_id(address, tenant="hotel-gone")
    deployment.publish(an_event("Bounce", A_BOUNCE, email_id=expired, address=address))
    deployment.publish(an_event("Bounce", A_BOUNCE, email_id=erased, address="borrada@correo.test"))
    deployment.publish(an_event("Bounce", A_BOUNCE, email_id=foreign, address="other@correo.test"))
    deployment.publish(
        an_event("Bounce", A_BOUNCE, email_id=gone, address=address, tenant="hotel-gone")
    )
    eventually(lambda: deployment.contact_item(erased)["suppressions"]["M"])
    eventually(lambda: deployment.contact_item(expired))
    eventually(lambda: deployment.messages("EventsQueueUrl") == 0)
    assert deployment.contact_item(expired)["address"] == {"S": address}
    assert "address" not in deployment.contact_item(erased)
    assert (deployment.contact_item(foreign), deployment.contact_item(gone)) == ({}, {})
    again = deployment.send("borrada@correo.test")
    assert deployment.wait_for_status(again, "suppressed")["reason"]["code"] == "user_unknown"
    assert "address" not in deployment.contact_item(erased)


def test_ingest_without_its_table_shows_in_words(deployment: Deployment) -> None:
    with deployment.without("ingest", "dynamodb:UpdateItem"):
        posts = [
            send(
                deployment.crm,
                replace(LETTERS[0], booking="B-ingest", subject="Su reserva sin registro"),
            )
        ]
        (row,) = settle(deployment.world, deployment.crm, posts, lambda _text: None, patience=3)
    deployment.forget_queues()
    assert row.differences[0] == "status is sent, not delivered"


def test_no_log_names_a_guest(deployment: Deployment) -> None:
    for function in ("api", "send", "ingest"):
        lines = deployment.log(function)
        assert lines
        assert not [line for line in lines if "elena.ruiz" in line or "noexiste" in line]
