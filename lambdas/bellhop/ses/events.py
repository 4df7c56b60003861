"""What an SES event says, as facts: one function an event type, in a table.

A type that is not there becomes an explicit ``unrecognised`` fact, never an exception; a new
subtype or field is told in the fact's detail ``unrecognised`` (vocabulary.py).
"""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

from bellhop.domain.classify import NOT_TRIED, classify
from bellhop.domain.facts import Fact, FactKind
from bellhop.ses.engagement import engagement, once_a_while
from bellhop.ses.vocabulary import unrecognised
from bellhop.ses.wire import Json, SesEvent, open_message, unreadable
from bellhop.usecases.record_event import EmailEvent

_LONGEST_TEXT = 1000  # bytes kept of what a server said
# Feedback reports that are no complaint (RFC 5965, section 7.3; IANA's MARF registry).
_NOT_A_COMPLAINT = {"not-spam", "auth-failure"}


def read_event(body: str) -> list[EmailEvent]:
    """The events in one SNS message: one for each recipient that it names.

    Returns:
        An empty list for SES's test message.

    Raises:
        UnreadableEventError: no SES event, or one without what its type must have.
    """
    event = open_message(body)
    return [] if event is None else facts_of(event)


def facts_of(event: SesEvent) -> list[EmailEvent]:
    """See :func:`read_event`."""
    read = _READERS.get(event.kind, _unrecognised)
    try:
        facts, sent_at = list(read(event)), event.sent_at
        has_unrecognised = read is _unrecognised or bool(unrecognised(event))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise unreadable(f"{event.kind} event: {type(error).__name__}: {error}") from error
    if not facts:
        raise unreadable(f"{event.kind} event: it names no recipient")
    return [
        EmailEvent(
            email_id=event.email_id,
            tenant=event.tenant,
            address=event.address,
            has_unrecognised=has_unrecognised,
            fact=fact,
            configuration_set=event.configuration_set,
            sent_at=sent_at,
        )
        for fact in facts
    ]


def _send(event: SesEvent) -> Iterable[Fact]:
    yield _fact(event, FactKind.SEND, message_id=event.message_id)


def _delivery(event: SesEvent) -> Iterable[Fact]:
    yield _fact(
        event,
        FactKind.DELIVERY,
        smtp_response=event.body.get("smtpResponse"),
        reporting_mta=_host(event.body.get("reportingMTA")),
    )


def _bounce(event: SesEvent) -> Iterable[Fact]:
    for recipient in event.body["bouncedRecipients"]:
        yield _bounced_recipient(event, recipient)


def _bounced_recipient(event: SesEvent, recipient: Json) -> Fact:
    bounce_type = event.body.get("bounceType") or "Undetermined"
    subtype = event.body.get("bounceSubType") or ""
    status, diagnostic = recipient.get("status") or "", recipient.get("diagnosticCode") or ""
    identity = _identity(
        event.body.get("feedbackId") or event.message_id, recipient["emailAddress"]
    )
    if bounce_type == "Transient" and subtype == "General" and not (status or diagnostic):
        # An out-of-office answer: SES reports it as a bounce without any delivery status.
        return _fact(event, FactKind.AUTO_REPLY, identity)
    reason = classify(
        bounce_type=bounce_type,
        bounce_subtype=subtype,
        status=status,
        diagnostic=diagnostic,
        action=recipient.get("action") or "",
        recipient_domain=_domain(recipient["emailAddress"]),
    )
    return _fact(
        event,
        FactKind.BOUNCE,
        identity,
        reason=reason.value,
        bounce_type=bounce_type,
        bounce_subtype=subtype,
        status=status,
        diagnostic=diagnostic,
        reporting_mta=_host(event.body.get("reportingMTA")),
    )


def _complaint(event: SesEvent) -> Iterable[Fact]:
    subtype = event.body.get("complaintSubType")
    identity = _identity(event.body.get("feedbackId") or event.message_id)
    if subtype in NOT_TRIED:
        # Nobody complained of this email. It is what SES reports as a bounce for good where its
        # list has the address for another cause; and whose complaint it was is not ours to tell.
        reason = classify(bounce_type="Permanent", bounce_subtype=subtype)
        yield _fact(
            event,
            FactKind.BOUNCE,
            identity,
            reason=reason.value,
            bounce_type="Permanent",
            bounce_subtype=subtype,
        )
        return
    feedback_type = event.body.get("complaintFeedbackType") or ""
    # Providers redact who complained, so SES lists everybody at that domain; ours is one recipient.
    yield _fact(
        event,
        FactKind.REPORT if feedback_type in _NOT_A_COMPLAINT else FactKind.COMPLAINT,
        identity,
        feedback_type=feedback_type,
        complaint_subtype=subtype,
    )


def _delivery_delay(event: SesEvent) -> Iterable[Fact]:
    for recipient in event.body.get("delayedRecipients") or [{}]:
        reason = classify(
            bounce_type="",
            bounce_subtype=event.body.get("delayType") or "",
            status=recipient.get("status") or "",
            diagnostic=recipient.get("diagnosticCode") or "",
            action="delayed",
            recipient_domain=_domain(recipient.get("emailAddress") or ""),
        )
        yield _fact(
            event,
            FactKind.DELAY,
            reason=reason.value,
            delay_type=event.body.get("delayType"),
            status=recipient.get("status"),
            diagnostic=recipient.get("diagnosticCode"),
            expires=event.body.get("expirationTime"),
        )


def _reject(event: SesEvent) -> Iterable[Fact]:
    error = event.body.get("reason")
    reason = classify(bounce_type="Reject", diagnostic=error or "")
    yield _fact(event, FactKind.REJECT, reason=reason.value, error=error)


def _rendering_failure(event: SesEvent) -> Iterable[Fact]:
    yield _fact(event, FactKind.RENDERING_FAILURE, error=event.body.get("errorMessage"))


def _open(event: SesEvent) -> Iterable[Fact]:
    yield engagement(event, FactKind.OPEN)


def _click(event: SesEvent) -> Iterable[Fact]:
    yield engagement(event, FactKind.CLICK)


def _subscription(event: SesEvent) -> Iterable[Fact]:
    preferences = event.body.get("newTopicPreferences") or {}
    topics = preferences.get("topicSubscriptionStatus") or []
    left = [each for each in topics if each.get("subscriptionStatus") == "OptOut"]
    kind = FactKind.UNSUBSCRIPTION if preferences.get("unsubscribeAll") or left else None
    yield _fact(event, kind or FactKind.SUBSCRIPTION, source=event.body.get("source"))


def _unrecognised(event: SesEvent) -> Iterable[Fact]:
    name = _identity(event.kind)  # nobody knows how often such an event comes
    yield once_a_while(event, FactKind.UNRECOGNISED, name, event_type=_kept(event.kind))


_READERS: dict[str, Callable[[SesEvent], Iterable[Fact]]] = {
    "Send": _send,
    "Delivery": _delivery,
    "Bounce": _bounce,
    "Complaint": _complaint,
    "DeliveryDelay": _delivery_delay,
    "Reject": _reject,
    "Rendering Failure": _rendering_failure,
    "Open": _open,
    "Click": _click,
    "Subscription": _subscription,
}


def _fact(event: SesEvent, kind: FactKind, identity: str = "", **detail: Any) -> Fact:
    """A fact whose value depends on the event alone; by default its kind, its time (microseconds
    of the epoch) and the end of its attempt's id identify it: two attempts may be delivered in the
    same millisecond."""
    at = event.at
    name = identity or f"{at.timestamp() * 1e6:.0f}-{(event.attempt or '')[-6:]}"
    detail["unrecognised"] = unrecognised(event)
    kept = {key: _kept(value) for key, value in detail.items() if value}
    return Fact(kind=kind, identity=f"{kind}-{name}", at=at, attempt=event.attempt, detail=kept)


def _kept(value: Any) -> str:
    text = str(value)
    if text.isascii():
        return text[:_LONGEST_TEXT]
    return text.encode()[:_LONGEST_TEXT].decode(errors="ignore")


def _identity(*parts: str) -> str:
    """Feedback ids and addresses, as a short name that gives no address away."""
    return sha256("\n".join(parts).encode()).hexdigest()[:20]


def _host(reporting_mta: str | None) -> str | None:
    """The host of a reporting MTA, which comes as ``dsn; host``, ``dns; host`` or bare."""
    return reporting_mta.rpartition(";")[2].strip() if reporting_mta else None


def _domain(address: str) -> str:
    """The domain of an address that may come as ``Name <user@domain>``."""
    return address.rpartition("@")[2].strip("<> \t").lower()
