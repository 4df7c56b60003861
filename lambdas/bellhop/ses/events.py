"""Reads SES's events as they come over SNS (event publishing format).

One function an event type, in a table; a type that is not there becomes an explicit
``unrecognised`` fact. Format:
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bellhop.domain.classify import classify
from bellhop.domain.errors import UnreadableEventError
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId
from bellhop.ses import tags
from bellhop.usecases.record_event import EmailEvent

# SES sends this once to each new destination; it is plain text and not an error.
_TEST_MESSAGE = "Successfully validated SNS topic for Amazon SES event publishing."
_LONGEST_TEXT = 1000  # characters kept of what a server said
# Feedback reports that are no complaint (RFC 5965, section 7.3; IANA's MARF registry).
_NOT_A_COMPLAINT = {"not-spam", "auth-failure"}

Json = dict[str, Any]


def read_event(body: str) -> list[EmailEvent]:
    """The events in one SNS message, enveloped or raw: one for each recipient that it names.

    Returns:
        An empty list for SES's test message.

    Raises:
        UnreadableEventError: not JSON, or no SES event.
    """
    if body.startswith(_TEST_MESSAGE):
        return []
    event = _json_object(body)
    if event.get("Type") == "Notification":  # an SNS envelope: raw delivery is off
        return read_event(str(event.get("Message", "")))
    mail, kind = event.get("mail"), event.get("eventType")
    if not isinstance(mail, dict) or not isinstance(kind, str):
        raise UnreadableEventError(
            f"An SES event needs 'eventType' and 'mail'; this has {sorted(event)[:10]}."
        )
    read = _READERS.get(kind, _unrecognised)
    message_tags = mail.get("tags") or {}
    email_id = EmailId.parse(_first(message_tags.get(tags.EMAIL)))
    attempt = _first(message_tags.get(tags.ATTEMPT)) or None
    try:
        facts = list(read(event, mail, attempt))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableEventError(f"{kind} event: {type(error).__name__}: {error}") from error
    return [EmailEvent(email_id=email_id, fact=fact) for fact in facts]


def _json_object(body: str) -> Json:
    try:
        event = json.loads(body)
    except ValueError as error:
        raise UnreadableEventError(f"not JSON: {error}") from error
    if not isinstance(event, dict):
        raise UnreadableEventError(f"JSON, but a {type(event).__name__}, not an object")
    return event


def _send(_event: Json, mail: Json, attempt: str | None) -> Iterable[Fact]:
    yield _fact(FactKind.SEND, _instant(mail["timestamp"]), attempt, message_id=mail["messageId"])


def _delivery(event: Json, mail: Json, attempt: str | None) -> Iterable[Fact]:
    delivery = event["delivery"]
    yield _fact(
        FactKind.DELIVERY,
        _instant(delivery.get("timestamp") or mail["timestamp"]),
        attempt,
        smtp_response=delivery.get("smtpResponse"),
        reporting_mta=_host(delivery.get("reportingMTA")),
    )


def _bounce(event: Json, mail: Json, attempt: str | None) -> Iterable[Fact]:
    bounce = event["bounce"]
    for recipient in bounce["bouncedRecipients"]:
        yield _bounced_recipient(bounce, recipient, mail, attempt)


def _bounced_recipient(bounce: Json, recipient: Json, mail: Json, attempt: str | None) -> Fact:
    bounce_type = bounce.get("bounceType") or "Undetermined"
    subtype = bounce.get("bounceSubType") or ""
    status, diagnostic = recipient.get("status") or "", recipient.get("diagnosticCode") or ""
    said = {
        "bounce_type": bounce_type,
        "bounce_subtype": subtype,
        "status": status,
        "diagnostic": diagnostic,
        "reporting_mta": _host(bounce.get("reportingMTA")),
    }
    at = _instant(bounce.get("timestamp") or mail["timestamp"])
    identity = _identity(bounce.get("feedbackId") or mail["messageId"], recipient["emailAddress"])
    if bounce_type == "Transient" and subtype == "General" and not (status or diagnostic):
        # An out-of-office answer: SES reports it as a bounce without any delivery status.
        return _fact(FactKind.AUTO_REPLY, at, attempt, identity)
    reason = classify(
        bounce_type=bounce_type,
        bounce_subtype=subtype,
        status=status,
        diagnostic=diagnostic,
        action=recipient.get("action") or "",
        recipient_domain=_domain(recipient["emailAddress"]),
    )
    return _fact(FactKind.BOUNCE, at, attempt, identity, reason=reason.value, **said)


def _complaint(event: Json, mail: Json, attempt: str | None) -> Iterable[Fact]:
    complaint = event["complaint"]
    feedback_type = complaint.get("complaintFeedbackType") or ""
    # Providers redact who complained, so SES lists everybody at that domain; ours is one recipient.
    identity = _identity(complaint.get("feedbackId") or mail["messageId"])
    yield _fact(
        FactKind.REPORT if feedback_type in _NOT_A_COMPLAINT else FactKind.COMPLAINT,
        _instant(complaint.get("timestamp") or mail["timestamp"]),
        attempt,
        identity,
        feedback_type=feedback_type,
        complaint_subtype=complaint.get("complaintSubType"),
    )


def _delivery_delay(event: Json, mail: Json, attempt: str | None) -> Iterable[Fact]:
    delay = event["deliveryDelay"]
    at = _instant(delay.get("timestamp") or mail["timestamp"])
    for recipient in delay.get("delayedRecipients") or [{}]:
        yield _fact(
            FactKind.DELAY,
            at,
            attempt,
            delay_type=delay.get("delayType"),
            status=recipient.get("status"),
            diagnostic=recipient.get("diagnosticCode"),
            expires=delay.get("expirationTime"),
        )


def _reject(event: Json, mail: Json, attempt: str | None) -> Iterable[Fact]:
    reason = (event.get("reject") or {}).get("reason")
    yield _fact(FactKind.REJECT, _instant(mail["timestamp"]), attempt, error=reason)


def _rendering_failure(event: Json, mail: Json, attempt: str | None) -> Iterable[Fact]:
    message = (event.get("failure") or {}).get("errorMessage")
    yield _fact(FactKind.RENDERING_FAILURE, _instant(mail["timestamp"]), attempt, error=message)


def _unrecognised(event: Json, mail: Json, attempt: str | None) -> Iterable[Fact]:
    at = _instant(mail["timestamp"])
    yield _fact(FactKind.UNRECOGNISED, at, attempt, event_type=event["eventType"])


_READERS: dict[str, Callable[[Json, Json, str | None], Iterable[Fact]]] = {
    "Send": _send,
    "Delivery": _delivery,
    "Bounce": _bounce,
    "Complaint": _complaint,
    "DeliveryDelay": _delivery_delay,
    "Reject": _reject,
    "Rendering Failure": _rendering_failure,
}


def _fact(
    kind: FactKind, at: datetime, attempt: str | None, identity: str = "", **detail: str | None
) -> Fact:
    """A fact whose value depends on the event alone; by default its kind and time identify it."""
    name = identity or at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept = {key: str(value)[:_LONGEST_TEXT] for key, value in detail.items() if value}
    return Fact(kind=kind, identity=f"{kind}-{name}", at=at, attempt=attempt, detail=kept)


def _identity(*parts: str) -> str:
    """Feedback ids and addresses, as a short name that gives no address away."""
    return sha256("\n".join(parts).encode()).hexdigest()[:20]


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _first(values: Any) -> str:
    """A tag's value; SES gives each as a list."""
    return str(values[0]) if isinstance(values, list) and values else ""


def _host(reporting_mta: str | None) -> str | None:
    """The host of a reporting MTA, which comes as ``dsn; host``, ``dns; host`` or bare."""
    return reporting_mta.rpartition(";")[2].strip() if reporting_mta else None


def _domain(address: str) -> str:
    """The domain of an address that may come as ``Name <user@domain>``."""
    return address.rpartition("@")[2].strip("<> \t").lower()
