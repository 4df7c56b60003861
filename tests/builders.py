"""Emails, records and events for tests, complete but for what a test says of them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bellhop.domain.emails import (
    DeliveryRecord,
    Email,
    EmailClass,
    EmailRequest,
    Guarantee,
    Mailbox,
    Recipient,
)
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId, contact_key
from bellhop.domain.status import Dispatch

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TENANT = "hotel-sol"
GUEST = "elena.ruiz@correo.test"
HOTEL = Mailbox(address="reservas@hotel-sol.test", name="Hotel Sol")


def an_email_id(
    address: str = GUEST, *, at: datetime = NOW, request: int = 1, tenant: str = TENANT
) -> EmailId:
    contact = contact_key(tenant, address)
    return EmailId.create(contact=contact, at=at, request=request, recipient_index=0)


def a_request(*addresses: str, **changes: Any) -> EmailRequest:
    recipients = tuple(
        Recipient(mailbox=Mailbox(address=address)) for address in addresses or (GUEST,)
    )
    values = {
        "sender": HOTEL,
        "reply_to": None,
        "recipients": recipients,
        "subject": "Su reserva",
        "html": "<p>Hasta pronto</p>",
        "text": "",
        **changes,
    }
    return EmailRequest(**values)


def an_email(address: str = GUEST, **changes: Any) -> Email:
    values = {
        "id": an_email_id(address),
        "tenant": TENANT,
        "sender": HOTEL,
        "reply_to": None,
        "recipient": Recipient(
            mailbox=Mailbox(address=address, name="Elena Ruiz"), locale="es", contact_ref="g-17"
        ),
        "subject": "Su reserva",
        "html": "<p>Hasta pronto</p>",
        "text": "",
        "metadata": {"booking": "B-2201"},
        "email_class": EmailClass.TRANSACTIONAL,
        "guarantee": Guarantee.AT_LEAST_ONCE,
        "not_after": NOW + timedelta(hours=72),
        **changes,
    }
    return Email(**values)


def a_fact(kind: FactKind, *, minutes: float = 0, attempt: str | None = "at_1", **detail: str):
    return Fact(
        kind=kind,
        identity=f"{kind}-{minutes}-{attempt}",
        at=NOW + timedelta(minutes=minutes),
        attempt=attempt,
        detail=detail,
    )


def a_record(*facts: Fact, address: str = GUEST, **changes: Any) -> DeliveryRecord:
    email = an_email(address)
    values = {
        "id": email.id,
        "tenant": email.tenant,
        "sender": email.sender,
        "recipient": email.recipient,
        "subject": email.subject,
        "metadata": email.metadata,
        "email_class": email.email_class,
        "guarantee": email.guarantee,
        "not_after": email.not_after,
        "dispatch": Dispatch.DONE,
        "attempts": 1,
        "facts": facts,
        **changes,
    }
    return DeliveryRecord(**values)


def an_event(
    kind: str,
    body: dict[str, Any] | None = None,
    *,
    email_id: object = None,
    attempt: str = "at_1",
    tenant: str = TENANT,
    address: str = GUEST,
) -> str:
    """An SES event as it comes over SNS, about the email of ``an_email_id()`` by default."""
    key = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}.get(kind, kind.lower())
    return json.dumps(
        {
            "eventType": kind,
            "mail": {
                "timestamp": "2026-11-24T12:00:01.000Z",
                "messageId": "0102018f-made-up-000000",
                "source": "Hotel Sol <reservas@hotel-sol.test>",
                "sendingAccountId": "000000000000",
                "destination": [address],
                "tags": {
                    "bellhop-email": [str(email_id or an_email_id())],
                    "bellhop-attempt": [attempt],
                    "bellhop-tenant": [tenant],
                    "ses:configuration-set": ["transactional"],
                },
            },
            key: body if body is not None else {},
        }
    )
