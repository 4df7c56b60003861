"""What SES tells of an email, with all that AWS puts into its events, as whole stories.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bellhop.domain.identifiers import EmailId

Step = tuple[float, str, str]
"""Seconds after the sending, the event's type, and which of BODIES it says."""

DAY = 86_400
SEND: Step = (0, "Send", "")
DELIVERY: Step = (2, "Delivery", "taken")
STORIES: Mapping[str, tuple[Step, ...]] = {
    "delivered": (SEND, DELIVERY),
    "silent": (SEND,),
    "greylisted": (
        SEND,
        (60, "DeliveryDelay", "greylisted"),
        (360, "DeliveryDelay", "greylisted"),
        (1300, "Delivery", "taken"),
    ),
    "still waiting": (SEND, (60, "DeliveryDelay", "greylisted")),
    "read": (
        SEND,
        DELIVERY,
        (4, "Open", "scanner"),
        (4.5, "Click", "scanner"),
        *((3600 * hour, "Open", "person") for hour in range(1, 40, 3)),
        (7300, "Click", "person"),
        (45 * DAY, "Open", "person"),
    ),
    "taken late, scanned and read": (
        SEND,
        (60, "DeliveryDelay", "greylisted"),
        (1300, "Delivery", "taken"),
        (1303, "Open", "scanner"),
        (1304, "Click", "scanner"),
        (7300, "Open", "person"),
    ),
    "scanned": (SEND, (3, "Click", "scanner")),
    "scanned by its own word": (SEND, DELIVERY, (900, "Open", "says it is a bot")),
    "unknown user": (SEND, (1, "Bounce", "unknown user")),
    "returned later": (SEND, DELIVERY, (2700, "Bounce", "unknown user")),
    "full": (SEND, (1, "Bounce", "full")),
    "expired": (
        SEND,
        (300, "DeliveryDelay", "unreachable"),
        (9000, "DeliveryDelay", "unreachable"),
        (50_400, "Bounce", "expired"),
    ),
    "on SES's list": (SEND, (0.5, "Bounce", "not tried")),
    "on SES's list for a complaint": (SEND, (0.5, "Complaint", "not tried")),
    "complained": (SEND, DELIVERY, (5000, "Open", "person"), (5100, "Complaint", "abuse")),
    "not spam": (SEND, DELIVERY, (5100, "Complaint", "not spam")),
    "out of office": (SEND, DELIVERY, (9, "Bounce", "out of office")),
    "virus": (SEND, (0.4, "Reject", "virus")),
    "no template": ((0.4, "Rendering Failure", "no name"),),
    "unsubscribed": (SEND, DELIVERY, (8000, "Subscription", "leaves")),
    "news": (SEND, DELIVERY, (9000, "Teleported", "")),
}

_TAKEN = {
    "processingTimeMillis": 1873,
    "smtpResponse": "250 2.0.0 OK queued as 4Y2kQz1c7Xz9s",
    "remoteMtaIp": "192.0.2.25",
    "reportingMTA": "a7-11.smtp-out.example",
}
_LEAVES = {
    "contactList": "guests",
    "source": "UnsubscribeHeader",
    "newTopicPreferences": {
        "unsubscribeAll": True,
        "topicSubscriptionStatus": [{"topicName": "offers", "subscriptionStatus": "OptOut"}],
    },
    "oldTopicPreferences": {"unsubscribeAll": False, "topicSubscriptionStatus": []},
}
_BROWSER = {"ipAddress": "198.51.100.7", "userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0)"}


def _bounce(bounce_type: str, subtype: str, **recipient: str) -> dict[str, Any]:
    return {
        "bounceType": bounce_type,
        "bounceSubType": subtype,
        "bouncedRecipients": [{"emailAddress": "{address}", **recipient}],
        "remoteMtaIp": "192.0.2.25",
        "reportingMTA": "dns; mx.correo.test",
    }


def _delay(delay_type: str, status: str, diagnostic: str) -> dict[str, Any]:
    recipient = {"emailAddress": "{address}", "status": status, "diagnosticCode": diagnostic}
    return {
        "delayType": delay_type,
        "expirationTime": "2026-11-25T02:00:00.000Z",
        "delayedRecipients": [recipient],
        "reportingMTA": "a7-11.smtp-out.example",
    }


_SMTP_UNKNOWN = "smtp; 550 5.1.1 <{address}>: Recipient address rejected: User unknown"
_SMTP_FULL = "smtp; 552 5.2.2 <{address}>: Quota exceeded (mailbox for user is full)"
_SMTP_GREY = "smtp; 451 4.7.1 <{address}>: Greylisted, please try again in 300 seconds"
_EXPIRED = "smtp; 550 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.1 Unable>"
BODIES: Mapping[str, dict[str, Any]] = {
    "": {},
    "taken": {**_TAKEN, "recipients": ["{address}"]},
    "greylisted": _delay("TransientCommunicationFailure", "4.7.1", _SMTP_GREY),
    "unreachable": _delay("General", "4.4.1", "smtp; 421 4.4.1 Unable to connect"),
    "unknown user": _bounce(
        "Permanent", "General", action="failed", status="5.1.1", diagnosticCode=_SMTP_UNKNOWN
    ),
    "full": _bounce(
        "Transient", "MailboxFull", action="failed", status="5.2.2", diagnosticCode=_SMTP_FULL
    ),
    "expired": _bounce(
        "Transient", "General", action="failed", status="4.4.7", diagnosticCode=_EXPIRED
    ),
    "not tried": {
        **_bounce("Permanent", "OnAccountSuppressionList", action="failed", status="5.1.1"),
        "complaintSubType": "OnAccountSuppressionList",
        "complainedRecipients": [{"emailAddress": "{address}"}],
    },
    "out of office": _bounce("Transient", "General"),
    "abuse": {
        "complainedRecipients": [{"emailAddress": "{address}"}],
        "complaintSubType": None,
        "complaintFeedbackType": "abuse",
        "userAgent": "Correo-Feedback/1.0",
        "arrivalDate": "2026-11-24T13:25:01.000Z",
    },
    "not spam": {
        "complainedRecipients": [{"emailAddress": "{address}"}],
        "complaintFeedbackType": "not-spam",
    },
    "virus": {"reason": "Bad content"},
    "no name": {"templateName": "stay", "errorMessage": "Attribute 'name' is not present"},
    "scanner": {**_BROWSER, "link": "https://hotel-sol.test/", "linkTags": None},
    "person": {**_BROWSER, "link": "https://hotel-sol.test/"},
    "says it is a bot": {**_BROWSER, "isBotEvent": "Likely"},
    "leaves": _LEAVES,
}
_KEYS = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call to SES, of which events tell."""

    email_id: EmailId
    address: str
    attempt: str
    sent_at: datetime

    def tell(self, story: str) -> Iterator[str]:
        """The events of a story, as JSON, in the order in which they happen."""
        for seconds, kind, body in STORIES[story]:
            yield self.event(kind, body, self.sent_at + timedelta(seconds=seconds))

    def event(self, kind: str, body: str, at: datetime) -> str:
        """One event, as JSON."""
        said = json.loads(json.dumps(BODIES[body]).replace("{address}", self.address))
        if kind not in {"Send", "Reject", "Rendering Failure", "Teleported"}:
            said["timestamp"] = _text(at)
        if kind in {"Bounce", "Complaint"}:
            said["feedbackId"] = f"0102019{self.attempt[-12:]}-{int(at.timestamp()):x}-000000"
        key = _KEYS.get(kind, kind.lower())
        return json.dumps({"eventType": kind, "mail": self._mail(), key: said})

    def _mail(self) -> dict[str, Any]:
        source, subject = "Hotel Sol <reservas@hotel-sol.test>", "Su reserva en el Hotel Sol"
        headers = {"From": source, "To": self.address, "Subject": subject, "MIME-Version": "1.0"}
        return {
            "timestamp": _text(self.sent_at),
            "source": source,
            "sourceArn": "arn:aws:ses:eu-west-1:000000000000:identity/hotel-sol.test",
            "sendingAccountId": "000000000000",
            "messageId": f"0102019{self.attempt[-20:]}-000000",
            "destination": [self.address],
            "headersTruncated": False,
            "headers": [{"name": name, "value": value} for name, value in headers.items()],
            "commonHeaders": {"from": [source], "to": [self.address], "subject": subject},
            "tags": {
                "bellhop-email": [str(self.email_id)],
                "bellhop-attempt": [self.attempt],
                "ses:configuration-set": ["transactional"],
                "ses:from-domain": ["hotel-sol.test"],
                "ses:caller-identity": ["send"],
            },
        }


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
