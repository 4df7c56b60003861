"""Each widget's and alarm's metric is really emitted: all that is counted happens here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bellhop import queues
from bellhop.domain.identifiers import EmailId
from bellhop.domain.reasons import Reason
from local.internet.characters import Mailbox
from local.ses.server import Answer
from tests.builders import an_email, an_email_id, an_event
from tests.end_to_end.bending import Bending, error, throttled
from tests.end_to_end.deployment import Deployment, eventually
from tests.end_to_end.test_uncertain import give_up
from tests.end_to_end.test_watch import without_signature

# What a guest's server says at once, by the reason that it means.
REPLIES: Mapping[Reason, str] = {
    Reason.USER_UNKNOWN: "550 5.1.1 No such user here",
    Reason.MAILBOX_DISABLED: "550 5.2.1 This mailbox is disabled",
    Reason.ADDRESS_MOVED: "551 5.1.6 The user has moved",
    Reason.MAILBOX_FULL: "552 5.2.2 The mailbox is over its quota",
    Reason.MESSAGE_TOO_LARGE: "552 5.3.4 The message is too big",
    Reason.SPAM_CONTENT: "554 5.7.1 The message was taken for spam",
    Reason.CONTENT_REJECTED: "550 5.6.1 This kind of attachment is not taken",
    Reason.REPUTATION_BLOCKED: "554 5.7.1 Client host blocked using a block list",
    Reason.POLICY_REJECTED: "550 5.7.1 Rejected by the policy of this organisation",
    Reason.AUTH_FAILED: "550 5.7.26 The sender is unauthenticated",
    Reason.SENDER_REJECTED: "550 5.1.8 Sender address rejected",
    Reason.RELAY_DENIED: "550 5.7.1 Relaying denied",
    Reason.RATE_LIMITED: "550 5.4.5 Too many messages, daily limit exceeded",
    Reason.SERVER_ERROR: "554 5.3.0 Internal error of the mail system",
}

# SES measures its senders over a volume that it does not tell; docs/aws-differences.md.
MEASURED_BY_AWS = {f"AWS/SES Reputation.{rate} {{}}" for rate in ("BounceRate", "ComplaintRate")}


def bounced(diagnostic: str, bounce_type: str) -> dict[str, Any]:
    """The bounce that SES would report."""
    recipient = {"emailAddress": "x@posta.test", "diagnosticCode": diagnostic, "status": "4.4.7"}
    return {
        "bounceType": bounce_type,
        "bounceSubType": "General",
        "bouncedRecipients": [recipient if diagnostic else {"emailAddress": "x@posta.test"}],
        "timestamp": "2026-11-24T12:00:03.000Z",
        "feedbackId": diagnostic or "none",
    }


def test_a_servers_reply_is_counted_under_its_reason(deployment: Deployment) -> None:
    ids = {}
    for reason, reply in REPLIES.items():
        mailbox = Mailbox(address=f"{reason}@posta.test", behaviour="refuses", reply=reply)
        deployment.world.internet.servers.add(mailbox)
        ids[reason] = deployment.send(mailbox.address)
    ids[Reason.DOMAIN_UNKNOWN] = deployment.send("guest@no-existe.test")
    ids[Reason.SUPPRESSED] = deployment.send("suppressionlist@simulator.amazonses.com")
    found = {
        reason: deployment.wait_for_status(email_id, "bounced", "suppressed")["reason"]["code"]
        for reason, email_id in ids.items()
    }
    assert found == {reason: reason.value for reason in ids}


def test_each_widget_and_alarm_has_a_metric_that_is_emitted(
    deployment: Deployment, bending: Bending
) -> None:
    provoke(deployment, bending)
    eventually(
        lambda: not missing(deployment),
        lambda: f"never emitted: {sorted(missing(deployment))}",
    )
    deployment.forget_queues()


def provoke(deployment: Deployment, bending: Bending) -> None:
    """Lets everything happen that the functions count and the servers' replies do not bring."""
    give_up(deployment, bending)  # first: it empties the queues
    one = deployment.send("elena.ruiz+metrics@correo.test")
    deployment.wait_for_status(one, "delivered")
    deployment.send("bruno.costa+metrics@posta.test")
    deployment.send("david.moreno+metrics@posta.test")
    deployment.wait_for_status(deployment.send("user_unknown@posta.test"), "suppressed")
    bending.refuse_next("SendEmail", throttled())
    deployment.wait_for_status(deployment.send("elena.ruiz+later@correo.test"), "delivered")
    bending.refuse_next("SendEmail", error(400, "MessageRejected", "Email rejected."))
    deployment.wait_for_status(deployment.send("elena.ruiz+never@correo.test"), "failed")
    bending.answer_next("SendEmail", Answer(status=500, body=b""))
    deployment.wait_for_status(deployment.send("elena.ruiz+perhaps@correo.test"), "delivered")
    late = an_email("elena.ruiz@correo.test", not_after=datetime.now(UTC) - timedelta(hours=1))
    deployment.client("sqs").send_message(
        QueueUrl=deployment.outputs["TransactionalQueueUrl"], MessageBody=queues.encode(late)
    )
    bending.refuse_next("SendEmail", error(400, "AccountSuspendedException", "Suspended."))
    deployment.wait_for_status(deployment.send("elena.ruiz+stopped@correo.test"), "delivered")
    deployment.client("sqs").send_message(
        QueueUrl=deployment.outputs["TransactionalQueueUrl"], MessageBody="this is no email"
    )
    events = [
        an_event("Reject", {"reason": "Bad content"}, email_id=one),
        an_event("Teleported", {}, email_id=one),
        an_event("Bounce", bounced("smtp; 550 4.4.7 Message expired", "Transient"), email_id=one),
        an_event("Bounce", bounced("", "Undetermined"), email_id=one),
        an_event("Send", email_id=EmailId(contact="0" * 26, ulid="0" * 26)),
        an_event("Send", email_id=an_email_id("past@correo.test"), address="past@correo.test"),
        an_event("Send", email_id=deployment.erase("erased@correo.test")),
        an_event("Send", email_id=an_email_id(tenant="hotel-gone"), tenant="hotel-gone"),
        "this is no event",
    ]
    for event in events:
        deployment.publish(event)
    with without_signature(deployment):
        pass  # a sender has fallen, and is back


def missing(deployment: Deployment) -> set[str]:
    """The metrics of widgets and alarms that CloudWatch has never seen."""
    cloudwatch = deployment.client("cloudwatch")
    pages = cloudwatch.get_paginator("list_metrics").paginate()
    seen = {
        _name(each["Namespace"], each["MetricName"], _dimensions(each["Dimensions"]))
        for page in pages
        for each in page["Metrics"]
    }
    if any("EmailsStopped" in name and "reason" in name for name in seen):
        seen |= {name for name in shown(deployment) if "EmailsStopped" in name}  # one for all
    return {*shown(deployment), *watched(deployment)} - seen - MEASURED_BY_AWS


def shown(deployment: Deployment) -> Iterator[str]:
    """The metrics of the dashboard's widgets."""
    cloudwatch, name = deployment.client("cloudwatch"), deployment.outputs["DashboardName"]
    body = json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    for widget in body["widgets"]:
        for namespace, metric, *rest in widget["properties"].get("metrics", []):
            names = [part for part in rest if isinstance(part, str)]
            yield _name(namespace, metric, dict(zip(names[::2], names[1::2], strict=True)))


def watched(deployment: Deployment) -> Iterator[str]:
    """The metrics of the alarms."""
    for alarm in deployment.client("cloudwatch").describe_alarms()["MetricAlarms"]:
        yield _name(alarm["Namespace"], alarm["MetricName"], _dimensions(alarm["Dimensions"]))


def _dimensions(pairs: list[dict[str, str]]) -> dict[str, str]:
    return {pair["Name"]: pair["Value"] for pair in pairs}


def _name(namespace: str, metric: str, dimensions: Mapping[str, str]) -> str:
    return f"{namespace} {metric} {dict(sorted(dimensions.items()))}"
