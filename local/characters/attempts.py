"""One email to one guest, and what Bellhop's own rules make of what SES says about it."""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from bellhop.domain.emails import (
    VALIDITY,
    DeliveryRecord,
    EmailClass,
    Guarantee,
    Mailbox,
    Recipient,
)
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId, contact_key
from bellhop.domain.status import Dispatch
from bellhop.ses import tags
from bellhop.ses.errors import meaning_of
from bellhop.ses.events import read_event
from bellhop.usecases.ports import SendOutcome
from local.characters.stage import Stage

TENANT = "hotel-sol"
SENDER = "reservas@hotel-sol.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A call of SendEmail.

    message_id: SES's own, empty when it took nothing.
    outcome: what its answer means to Bellhop. error: the answer, where it is an error.
    """

    record: DeliveryRecord
    message_id: str
    outcome: SendOutcome
    error: str = ""


def attempt(
    stage: Stage,
    address: str,
    *,
    sender: str = SENDER,
    configuration_set: str = "ordinary",
    tenant: str | None = None,
) -> Attempt:
    """Sends an email as Bellhop's worker does; in the name of a tenant of SES if one is given."""
    record = _new_record(address, sender)
    try:
        answer = stage.client.send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": [address]},
            Content=_content(sender, address),
            ConfigurationSetName=configuration_set,
            EmailTags=[{"Name": tags.EMAIL, "Value": str(record.id)}],
            **({"TenantName": tenant} if tenant else {}),
        )
    except ClientError as error:
        details = error.response["Error"]
        said = f"{details['Code']}: {details['Message']}"
        return Attempt(record=record, message_id="", outcome=meaning_of(error).outcome, error=said)
    message_id = str(answer["MessageId"])
    return Attempt(record=record, message_id=message_id, outcome=SendOutcome.ACCEPTED)


def record_of(stage: Stage, attempt: Attempt) -> DeliveryRecord:
    """The delivery record, with the events that have come."""
    sent = Fact(
        kind=FactKind.SENT,
        identity=FactKind.SENT,
        at=attempt.record.id.accepted_at,
        detail={"message_id": attempt.message_id},
    )
    bodies = stage.events.of(attempt.message_id)
    facts = (event.fact for body in bodies for event in read_event(body))
    return replace(attempt.record, facts=(sent, *facts))


def event_types(stage: Stage, attempt: Attempt) -> list[str]:
    """The types of the events that have come, each once, in their order."""
    bodies = stage.events.of(attempt.message_id)
    return list(dict.fromkeys(str(json.loads(body)["eventType"]) for body in bodies))


def _new_record(address: str, sender: str) -> DeliveryRecord:
    now = datetime.now(UTC)
    contact, request = contact_key(TENANT, address), secrets.randbits(64)
    return DeliveryRecord(
        id=EmailId.create(contact=contact, at=now, request=request, recipient_index=0),
        tenant=TENANT,
        sender=Mailbox(address=sender),
        recipient=Recipient(mailbox=Mailbox(address=address)),
        subject="Su reserva",
        metadata={},
        email_class=EmailClass.TRANSACTIONAL,
        guarantee=Guarantee.AT_LEAST_ONCE,
        not_after=now + VALIDITY[EmailClass.TRANSACTIONAL],
        dispatch=Dispatch.DONE,
        attempts=1,
    )


def _content(sender: str, address: str) -> dict[str, Any]:
    lines = (f"From: {sender}", f"To: {address}", "Subject: Su reserva", "", "Hasta pronto.", "")
    return {"Raw": {"Data": "\r\n".join(lines).encode()}}
