"""What Bellhop counts, and which function does: the names of its CloudWatch metrics.

infra/ draws and alarms on these, so a new member gets its place on the dashboard or a test fails.
"""

from __future__ import annotations

from enum import StrEnum

EVENTS_FLOW = "EventsFlow"
"""0 when SES took an email, 1 when an event of SES came.

Its maximum over a time is 0 only where emails were sent and nothing came back, and it is missing
where nothing was sent: silence shows in one metric, without arithmetic on two.
"""
FLOW_SERVICE = "bellhop"
"""The `service` dimension of what two functions count together."""


class Count(StrEnum):
    """A metric's name; `service` is the function that counts it, and one of its dimensions."""

    service: str

    def __new__(cls, name: str, service: str) -> Count:
        count = str.__new__(cls, name)
        count._value_ = name
        count.service = service
        return count

    EMAILS_ACCEPTED = "EmailsAccepted", "api"
    EMAILS_SENT = "EmailsSent", "send"
    EMAILS_SUPPRESSED = "EmailsSuppressed", "send"
    EMAILS_FAILED = "EmailsFailed", "send"
    EMAILS_LAPSED = "EmailsLapsed", "send"
    EMAILS_UNCERTAIN = "EmailsUncertain", "send"
    EMAILS_AWAITING_EVENTS = "EmailsAwaitingEvents", "send"
    EMAILS_UNKNOWN = "EmailsUnknown", "send"
    EMAILS_PARKED = "EmailsParked", "send"
    EMAILS_STOPPED = "EmailsStopped", "send"
    SENDS_RETRIED = "SendsRetried", "send"
    EMAILS_DELIVERED = "EmailsDelivered", "ingest"
    EMAILS_BOUNCED = "EmailsBounced", "ingest"
    EMAILS_COMPLAINED = "EmailsComplained", "ingest"
    EMAILS_DELAYED = "EmailsDelayed", "ingest"
    EMAILS_REJECTED = "EmailsRejected", "ingest"
    EVENTS_RECEIVED = "EventsReceived", "ingest"
    EVENTS_UNREADABLE = "EventsUnreadable", "ingest"
    EVENTS_FOREIGN = "EventsForeign", "ingest"
    EVENTS_OF_EXPIRED = "EventsOfExpired", "ingest"
    EVENTS_OF_ERASED = "EventsOfErased", "ingest"
    EVENTS_OF_GONE_TENANTS = "EventsOfGoneTenants", "ingest"
    SENDERS_DEGRADED = "SendersDegraded", "onboard"
    EVENTS_UNRECOGNISED = "EventsUnrecognised", "ingest"
    # One more when SES took an email, one less at the first news of it: the sum over a time is how
    # many emails have been silent since. No record is read for it, and none is written.
    EMAILS_SILENT = "EmailsSilent", FLOW_SERVICE


FLOW: dict[Count, int] = {Count.EMAILS_SENT: 0, Count.EVENTS_RECEIVED: 1}
"""The counts that say something of EVENTS_FLOW, and what."""
