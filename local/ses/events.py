"""Events as SES writes them: one function for each type.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from local.ses.bounces import BounceType, delay_type
from local.ses.identifiers import timestamp
from local.ses.message import Message
from local.ses.replies import Attempt, Reply

_HEADERS = frozenset({"headers", "commonHeaders"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event: whose, of which type (as configuration sets name it), and its JSON."""

    type: str
    message: Message
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncedRecipient:
    """One recipient of a bounce; the other fields are those of its DSN, None where it has none."""

    address: str
    action: str | None = None
    status: str | None = None
    diagnostic: str | None = None

    def as_json(self) -> dict[str, str]:
        """The fields that are known, by SES's names."""
        fields = {
            "emailAddress": self.address,
            "action": self.action,
            "status": self.status,
            "diagnosticCode": self.diagnostic,
        }
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What every bounce and complaint has: its own id and time."""

    id: str
    at: datetime


class EventWriter:
    """Writes the events of messages that one account sends."""

    def __init__(self, *, account: str, hostname: str, outgoing_ip: str) -> None:
        """`hostname` is the sending server's, for `reportingMTA`."""
        self._account = account
        self._hostname = hostname
        self._outgoing_ip = outgoing_ip

    def send(self, message: Message) -> Event:
        """SES has taken the message."""
        return self._event("SEND", "Send", message, {"send": {}})

    def delivery(self, message: Message, recipient: str, attempt: Attempt, at: datetime) -> Event:
        """The recipient's server has taken the message."""
        delivery = {
            "timestamp": timestamp(at),
            "processingTimeMillis": (at - message.accepted_at) // timedelta(milliseconds=1),
            "recipients": [recipient],
            "smtpResponse": attempt.reply.text,
            "remoteMtaIp": attempt.remote_ip,
            "reportingMTA": self._hostname,
        }
        return self._event(
            "DELIVERY", "Delivery", message, {"delivery": delivery}, self._outgoing_tags(attempt)
        )

    def delivery_delay(
        self, message: Message, recipient: str, reply: Reply, *, at: datetime, expires: datetime
    ) -> Event:
        """The recipient's server wants the message later."""
        delay = {
            "timestamp": timestamp(at),
            "delayType": delay_type(reply),
            "expirationTime": timestamp(expires),
            "delayedRecipients": [
                {
                    "emailAddress": recipient,
                    "status": reply.status,
                    "diagnosticCode": reply.diagnostic,
                }
            ],
        }
        event = self._event("DELIVERY_DELAY", "DeliveryDelay", message, {"deliveryDelay": delay})
        # The one type whose `mail` has no headers, by AWS's own example of it.
        mail = {k: v for k, v in event.document["mail"].items() if k not in _HEADERS}
        return replace(event, document={**event.document, "mail": mail})

    def bounce(
        self,
        message: Message,
        bounce_type: BounceType,
        recipients: Sequence[BouncedRecipient],
        feedback: Feedback,
        *,
        reporting_mta: str | None = None,
        remote_ip: str | None = None,
    ) -> Event:
        """The message will not reach these recipients."""
        bounce = {
            "feedbackId": feedback.id,
            "bounceType": bounce_type.type,
            "bounceSubType": bounce_type.subtype,
            "bouncedRecipients": [recipient.as_json() for recipient in recipients],
            "timestamp": timestamp(feedback.at),
        }
        optional = {"remoteMtaIp": remote_ip, "reportingMTA": reporting_mta}
        bounce |= {name: value for name, value in optional.items() if value is not None}
        return self._event("BOUNCE", "Bounce", message, {"bounce": bounce})

    def complaint(
        self,
        message: Message,
        recipients: Iterable[str],
        feedback: Feedback,
        report: Mapping[str, str],
    ) -> Event:
        """Somebody called the message unwanted; `report` has the fields of the report, if any."""
        complaint: dict[str, Any] = {
            "feedbackId": feedback.id,
            "complaintSubType": None,
            "complainedRecipients": [{"emailAddress": address} for address in recipients],
            "timestamp": timestamp(feedback.at),
        }
        return self._event(
            "COMPLAINT", "Complaint", message, {"complaint": {**complaint, **report}}
        )

    @property
    def own_reporting_mta(self) -> str:
        """How a bounce names SES's own server as its reporter."""
        return f"dns; {self._hostname}"

    def _outgoing_tags(self, attempt: Attempt) -> dict[str, list[str]]:
        tags = {"ses:outgoing-ip": [self._outgoing_ip]}
        if attempt.tls_version:
            tags["ses:outgoing-tls-version"] = [attempt.tls_version]
        return tags

    def _event(
        self,
        kind: str,
        name: str,
        message: Message,
        body: Mapping[str, Any],
        tags: Mapping[str, list[str]] | None = None,
    ) -> Event:
        mail = self._mail(message, tags or {})
        return Event(type=kind, message=message, document={"eventType": name, "mail": mail, **body})

    def _mail(self, message: Message, tags: Mapping[str, list[str]]) -> dict[str, Any]:
        own = {name: list(values) for name, values in message.tags.items()}
        return {
            "timestamp": timestamp(message.accepted_at),
            "source": message.source,
            "sourceArn": message.source_arn,
            "sendingAccountId": self._account,
            "messageId": message.message_id,
            "destination": list(message.destination),
            "headersTruncated": message.headers_truncated,
            "headers": [{"name": name, "value": value} for name, value in message.headers],
            "commonHeaders": dict(message.common_headers),
            "tags": {**own, **tags},
        }
