"""Removing any single grant breaks the run: each is there because something needs it.

The probe of a grant does what needs it, with the grant taken away, and must meet a refusal; the
same probe passes with all grants in place.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from tests.builders import an_event
from tests.end_to_end.bending import Bending, error, throttled
from tests.end_to_end.deployment import Deployment, eventually
from tests.end_to_end.handover import new_link, open_page

Probe = Callable[[Deployment, Bending, str, str], bool]
"""Does what a grant on a resource is for, under a name of its own; says whether it worked."""


def _accepts(deployment: Deployment, _bending: Bending, name: str, resource: str) -> bool:
    if "Onboarding" in resource:
        return deployment.crm.post("/v1/senders/hotel-sol.test/check", {}).status == 202
    address = f"elena.ruiz+{name}@correo.test"
    return deployment.post(address, marketing=_is_marketing(resource)).status == 202


def _is_marketing(resource: str) -> bool:
    """Whether a resource is of the marketing lane."""
    return "Marketing" in resource


def _domain_of(resource: str) -> str:
    """The domain of an identity; a hotel's where a resource is none, or the pattern of any."""
    domain = resource.rpartition("identity/")[2]
    return "hotel-sol.test" if domain in {resource, "*"} else domain


def _reads_contacts(deployment: Deployment, _bending: Bending, name: str, _resource: str) -> bool:
    address = {"address": f"elena.ruiz+{name}@correo.test"}
    return deployment.crm.post("/v1/contacts/lookup", address).status in {200, 404}


def _changes_settings(
    deployment: Deployment, _bending: Bending, _name: str, _resource: str
) -> bool:
    return deployment.crm.patch("/v1/settings", {"company_domains": []}).status == 200


def _lifts(deployment: Deployment, _bending: Bending, name: str, _resource: str) -> bool:
    email_id = deployment.send(f"noexiste+{name}@correo.test")
    contact = f"/v1/contacts/{deployment.record(email_id)['contact_id']}"
    eventually(lambda: deployment.crm.get(contact).body.get("suppression"))
    body = {"by": "Marta", "why": "Probar otra vez"}
    return deployment.crm.delete(f"{contact}/suppression", body).status == 200


def _finds_by_reference(
    deployment: Deployment, _bending: Bending, name: str, _resource: str
) -> bool:
    deployment.wait_for_status(
        deployment.send(f"elena.ruiz+{name}@correo.test", reference=name), "delivered"
    )
    return deployment.crm.post("/v1/emails/lookup", {"reference": name}).status == 200


def _sends(deployment: Deployment, _bending: Bending, name: str, resource: str) -> bool:
    address = f"elena.ruiz+{name}@correo.test"
    seen = _denials(deployment, "send")
    deployment.send(address, domain=_domain_of(resource), marketing=_is_marketing(resource))
    return bool(
        eventually(
            lambda: (
                _yes(deployment.world.internet.transcripts.for_recipient(address))
                or _refused(deployment, "send", seen)
            )
        )
        is YES
    )


def _leaves_nothing(deployment: Deployment, bending: Bending, name: str, resource: str) -> bool:
    """Sends, and says whether the record ends complete and the queue empty."""
    seen = _denials(deployment, "send")
    if not _sends(deployment, bending, name, resource):
        return False
    return bool(
        eventually(
            lambda: (
                _yes(deployment.messages("TransactionalQueueUrl") == 0)
                or _refused(deployment, "send", seen)
            )
        )
        is YES
    )


def _knows_alignment(deployment: Deployment, _bending: Bending, name: str, resource: str) -> bool:
    """Sends with nothing remembered of the sender; says whether a record knows its alignment."""
    domain = _domain_of(resource)
    seen, numbers = _denials(deployment, "send"), itertools.count()
    deployment.forget_alignment(domain)

    def look() -> str:
        address = f"elena.ruiz+{name}.{next(numbers)}@correo.test"
        email_id = deployment.send(address, domain=domain)
        return _yes(deployment.alignment(email_id, domain)) or _refused(deployment, "send", seen)

    # A worker that was refused does not ask SES again for some seconds.
    return bool(eventually(look) is YES)


def _delays(deployment: Deployment, bending: Bending, name: str, resource: str) -> bool:
    """Meets a throttle, and says whether the email came again at once rather than in minutes."""
    bending.refuse_next("SendEmail", throttled())
    seen = _denials(deployment, "send")
    address = f"elena.ruiz+{name}@correo.test"
    deployment.send(address, marketing=_is_marketing(resource))
    return bool(
        eventually(
            lambda: (
                _refused(deployment, "send", seen)
                or _yes(deployment.world.internet.transcripts.for_recipient(address))
            )
        )
        is YES
    )


def _records(deployment: Deployment, _bending: Bending, name: str, _resource: str) -> bool:
    seen = _denials(deployment, "ingest")
    email_id = deployment.send(f"elena.ruiz+{name}@correo.test")
    return bool(
        eventually(
            lambda: (
                _refused(deployment, "ingest", seen)
                or _yes(
                    deployment.record(email_id)["status"] == "delivered"
                    and deployment.messages("EventsQueueUrl") == 0
                )
            )
        )
        is YES
    )


def _suppresses(deployment: Deployment, _bending: Bending, name: str, _resource: str) -> bool:
    seen = _denials(deployment, "ingest")
    email_id = deployment.send(f"noexiste+{name}@correo.test")
    contact = f"/v1/contacts/{deployment.crm.get(f'/v1/emails/{email_id}').body['contact_id']}"
    return bool(
        eventually(
            lambda: (
                _refused(deployment, "ingest", seen)
                or _yes(deployment.crm.get(contact).body.get("suppression"))
            )
        )
        is YES
    )


def _counts(deployment: Deployment, _bending: Bending, name: str, _resource: str) -> bool:
    """Bounces for a reason that is no proof by itself: the other emails are looked at."""
    seen = _denials(deployment, "ingest")
    email_id = deployment.send(f"lleno+{name}@correo.test")
    bounce = {
        "bounceType": "Transient",
        "bounceSubType": "MailboxFull",
        "bouncedRecipients": [{"emailAddress": "x@correo.test", "status": "5.2.2"}],
        "feedbackId": name,
    }
    deployment.publish(an_event("Bounce", bounce, email_id=email_id))
    return bool(
        eventually(
            lambda: (
                _refused(deployment, "ingest", seen)
                or _yes(deployment.record(email_id)["status"] == "bounced")
            )
        )
        is YES
    )


def _parks(deployment: Deployment, _bending: Bending, name: str, _resource: str) -> bool:
    seen, before = _denials(deployment, "ingest"), deployment.messages("EventsDeadLetterQueueUrl")
    deployment.publish(f"not JSON: {name}")
    return bool(
        eventually(
            lambda: (
                _refused(deployment, "ingest", seen)
                or _yes(deployment.messages("EventsDeadLetterQueueUrl") > before)
            )
        )
        is YES
    )


def _logs(function: str) -> Probe:
    def probe(deployment: Deployment, _bending: Bending, name: str, _resource: str) -> bool:
        before = len(deployment.log(function))
        email_id = deployment.send(f"elena.ruiz+{name}@correo.test")
        deployment.wait_for_status(email_id, "delivered")
        return len(deployment.log(function)) > before

    return probe


def _lifts_stops(deployment: Deployment, bending: Bending, name: str, _resource: str) -> bool:
    """Lets SES suspend the account for one call, and looks whether that is forgotten."""
    bending.refuse_next("SendEmail", error(400, "AccountSuspendedException", "Suspended."))
    seen = _denials(deployment, "send")
    email_id = deployment.send(f"elena.ruiz+{name}@correo.test")
    deployment.wait_for_status(email_id, "sent", "delivered")
    return bool(
        eventually(
            lambda: (
                _refused(deployment, "send", seen)
                or _yes(deployment.crm.get("/v1/account").body == {"stops": []})
            )
        )
        is YES
    )


def _knows_the_rate(deployment: Deployment, _bending: Bending, name: str, _resource: str) -> bool:
    """Starts `send` anew, so that it asks SES for its rate."""
    with deployment.environment("send", BELLHOP_RECORD_DAYS="399"):
        seen = _denials(deployment, "send")
        email_id = deployment.send(f"elena.ruiz+{name}@correo.test")
        deployment.wait_for_status(email_id, "delivered")
        return not _refused(deployment, "send", seen)


def _logs_pages(deployment: Deployment, _bending: Bending, _name: str, _resource: str) -> bool:
    before = len(deployment.log("handover"))
    assert open_page(f"{deployment.outputs['ApiUrl']}/s/unknown") == 404
    return len(deployment.log("handover")) > before


def _puts_aside(deployment: Deployment, _bending: Bending, name: str, resource: str) -> bool:
    """Puts nonsense into a lane's queue, and says whether it was put aside."""
    lane = "Marketing" if _is_marketing(resource) else "Transactional"
    seen, before = _denials(deployment, "send"), deployment.messages(f"{lane}DeadLetterQueueUrl")
    deployment.client("sqs").send_message(
        QueueUrl=deployment.outputs[f"{lane}QueueUrl"], MessageBody=f"no email: {name}"
    )
    return bool(
        eventually(
            lambda: (
                _refused(deployment, "send", seen)
                or _yes(deployment.messages(f"{lane}DeadLetterQueueUrl") > before)
            )
        )
        is YES
    )


def _cancels(deployment: Deployment, _bending: Bending, name: str, _resource: str) -> bool:
    """Cancels what is sent already: it is looked whether the email waits for another try."""
    email_id = deployment.send(f"elena.ruiz+{name}@correo.test")
    deployment.wait_for_status(email_id, "sent", "delivered")
    return deployment.crm.post(f"/v1/emails/{email_id}/cancel", {}).status == 409


def _opens_page(deployment: Deployment, _bending: Bending, _name: str, _resource: str) -> bool:
    return open_page(new_link(deployment.crm, "hotel-sol.test")) == 200


YES, NO = "yes", "no"


def _yes(happened: object) -> str:
    return YES if happened else ""


def _denials(deployment: Deployment, function: str) -> int:
    """How often the function's log tells of a refusal; several instances write it at once."""
    return sum("AccessDenied" in line for line in deployment.log(function))


def _refused(deployment: Deployment, function: str, seen: int) -> str:
    """Whether the function, or Lambda's poller in its name, was refused something since."""
    denied = _denials(deployment, function) > seen
    return NO if denied or _pollers_stand(deployment) else ""


def _pollers_stand(deployment: Deployment) -> bool:
    mappings = deployment.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return any("PROBLEM" in str(each.get("LastProcessingResult")) for each in mappings)


PROBES: dict[tuple[str, str], Probe] = {
    ("api", "dynamodb:BatchGetItem"): _finds_by_reference,
    ("api", "dynamodb:GetItem"): _reads_contacts,
    ("api", "dynamodb:PutItem"): _accepts,
    ("api", "dynamodb:Query"): _reads_contacts,
    ("api", "dynamodb:UpdateItem"): _changes_settings,
    ("api", "ses:DeleteSuppressedDestination"): _lifts,
    ("api", "sqs:SendMessage"): _accepts,
    ("send", "dynamodb:GetItem"): _sends,
    ("send", "dynamodb:PutItem"): _sends,
    ("send", "dynamodb:UpdateItem"): _leaves_nothing,
    ("send", "ses:GetEmailIdentity"): _knows_alignment,
    ("send", "ses:SendRawEmail"): _sends,
    ("send", "sqs:ReceiveMessage"): _sends,
    ("send", "sqs:DeleteMessage"): _sends,
    ("send", "sqs:GetQueueAttributes"): _sends,
    ("send", "sqs:ChangeMessageVisibility"): _delays,
    ("send", "sqs:SendMessage"): _puts_aside,
    ("send", "dynamodb:Query"): _lifts_stops,
    ("send", "dynamodb:DeleteItem"): _lifts_stops,
    ("send", "ses:GetAccount"): _knows_the_rate,
    ("ingest", "dynamodb:GetItem"): _records,
    ("ingest", "dynamodb:PutItem"): _suppresses,
    ("ingest", "dynamodb:Query"): _counts,
    ("ingest", "dynamodb:UpdateItem"): _records,
    ("ingest", "sqs:SendMessage"): _parks,
    ("ingest", "sqs:ReceiveMessage"): _records,
    ("ingest", "sqs:DeleteMessage"): _records,
    ("ingest", "sqs:GetQueueAttributes"): _records,
    ("handover", "dynamodb:GetItem"): _opens_page,
    **{
        ("handover", action): _logs_pages
        for action in ("logs:CreateLogStream", "logs:PutLogEvents")
    },
    **{
        (function, action): _logs(function)
        for function in ("api", "send", "ingest")
        for action in ("logs:CreateLogStream", "logs:PutLogEvents")
    },
}
FUNCTIONS = ("api", "send", "ingest", "onboard", "handover")
# The steps of `onboard` go at SES's pace, a second each: taking away one of its grants after the
# other would take minutes. That each is used, and nothing else, test_used_grants.py shows.
PROBED = ("api", "send", "ingest", "handover")


def _probed(deployment: Deployment, function: str, action: str) -> list[str]:
    """The resources of a grant; of a pattern beside names that it covers, test_senders.py tells."""
    found = [one for granted, one in deployment.grants(function) if granted == action]
    return [one for one in found if not one.endswith("/*")] or found


def test_every_grant_has_its_probe(deployment: Deployment) -> None:
    granted = {(name, action) for name in PROBED for action, _ in deployment.grants(name)}
    assert granted == set(PROBES)


@pytest.mark.parametrize(("function", "action"), PROBES, ids=lambda part: part.replace(":", "."))
def test_without_the_grant_it_does_not_work(
    deployment: Deployment, bending: Bending, function: str, action: str
) -> None:
    probe = PROBES[function, action]
    resources = _probed(deployment, function, action)
    for number, resource in enumerate(resources):
        name = f"{function}.{action.replace(':', '.')}.{number}".lower()
        with deployment.without(function, action, resource):
            assert not probe(deployment, bending, name, resource), f"{resource} is not needed"
        deployment.forget_queues()
        eventually(lambda: not _pollers_stand(deployment))  # or the next probe met this refusal


@pytest.mark.parametrize("probe", dict.fromkeys(PROBES.values()), ids=lambda p: p.__qualname__)
def test_with_all_grants_it_works(deployment: Deployment, bending: Bending, probe: Probe) -> None:
    assert probe(deployment, bending, f"all.{probe.__name__}", "")
