"""Reports that mail servers send back: delivery status notifications and feedback reports."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any

from local.ses.events import BouncedRecipient
from local.ses.identifiers import timestamp

_MESSAGE_ID = re.compile(r"<?([0-9a-f]{16}-[0-9a-f-]{36}-\d{6})@")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus:
    """A delivery status notification (RFC 3464) that reports failures."""

    reporting_mta: str | None
    recipients: Sequence[BouncedRecipient]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReport:
    """An abuse report (RFC 5965)."""

    message_id: str | None
    """The reported message's id, from its reverse-path or its Message-ID."""
    recipients: Sequence[str]
    """Original-Rcpt-To; empty where the provider redacts it."""
    fields: dict[str, str] = field(default_factory=dict)
    """What a Complaint event says of the report, by SES's names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoReply:
    """An answer by a machine, such as an out-of-office note (RFC 3834)."""


Report = DeliveryStatus | FeedbackReport | AutoReply


def read(content: bytes) -> Report | None:
    """What a message reports; None for one that reports nothing, or no failure."""
    message = BytesParser(policy=default).parsebytes(content)
    if message.get_content_type() == "multipart/report":
        kind = str(message.get_param("report-type", "")).lower()
        if kind == "delivery-status":
            return _delivery_status(message)
        if kind == "feedback-report":
            return _feedback_report(message)
    automatic = str(message.get("Auto-Submitted", "no")).lower().partition(";")[0].strip()
    return AutoReply() if automatic == "auto-replied" else None


def _delivery_status(message: EmailMessage) -> DeliveryStatus | None:
    blocks = list(_blocks(message, "message/delivery-status"))
    recipients = [
        _bounced(block)
        for block in blocks
        if block["Final-Recipient"] and str(block["Action"]).strip().lower() == "failed"
    ]
    if not recipients:
        return None
    reporting_mta = next((b["Reporting-MTA"] for b in blocks if b["Reporting-MTA"]), None)
    return DeliveryStatus(reporting_mta=_text(reporting_mta), recipients=recipients)


def _bounced(block: Message) -> BouncedRecipient:
    return BouncedRecipient(
        address=_after_type(str(block["Final-Recipient"])),
        action="failed",
        status=_text(block["Status"]),
        diagnostic=_text(block["Diagnostic-Code"]),
    )


def _feedback_report(message: EmailMessage) -> FeedbackReport | None:
    block = next(_blocks(message, "message/feedback-report"), None)
    if block is None:
        return None
    arrival = block["Arrival-Date"] or block["Received-Date"]
    optional = {
        "userAgent": _text(block["User-Agent"]),
        "complaintFeedbackType": _text(block["Feedback-Type"]),
        "arrivalDate": timestamp(parsedate_to_datetime(str(arrival))) if arrival else None,
    }
    return FeedbackReport(
        message_id=_reported_message(message, block),
        recipients=[str(value).strip(" <>") for value in block.get_all("Original-Rcpt-To", [])],
        fields={name: value for name, value in optional.items() if value is not None},
    )


def _reported_message(message: EmailMessage, block: Message) -> str | None:
    candidates = [str(block["Original-Mail-From"] or "")]
    for part in message.walk():
        candidates += [str(part.get(name, "")) for name in ("Return-Path", "Message-ID")]
        if part.get_content_type() == "text/rfc822-headers":
            candidates.append(str(part.get_content()))
    found = (_MESSAGE_ID.search(candidate) for candidate in candidates)
    return next((match.group(1) for match in found if match), None)


def _blocks(message: EmailMessage, content_type: str) -> Iterator[Message]:
    """The groups of fields in the machine-readable part.

    The parser makes a list of messages of `message/delivery-status`, and one message, or text, of
    `message/feedback-report`.
    """
    for part in message.walk():
        if part.get_content_type() == content_type:
            payload: Any = part.get_payload()
            yield from payload if isinstance(payload, list) else [_fields(str(payload))]


def _fields(text: str) -> Message:
    return BytesParser(policy=default).parsebytes(text.lstrip().encode())


def _after_type(value: str) -> str:
    """`guest@example.com` of `rfc822; guest@example.com`."""
    return value.rpartition(";")[2].strip(" <>")


def _text(value: object) -> str | None:
    return None if value is None else str(value).strip()
