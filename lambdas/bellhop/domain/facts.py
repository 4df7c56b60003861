"""Facts: one thing that somebody said about an email.

A delivery record holds a map of facts that only grows. A fact's id is its identity and its value
never depends on when it arrived, so repetition and order cannot matter (docs/architecture.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class FactKind(StrEnum):
    """Who said what."""

    SENT = "sent"  # SES answered our call with 200
    SEND = "send"  # SES's own Send event: it will try to deliver
    DELIVERY = "delivery"  # the recipient's server took it
    DELAY = "delay"  # the recipient's server asked to wait
    BOUNCE = "bounce"  # refused, at once or after a delivery
    COMPLAINT = "complaint"  # the recipient called it spam
    AUTO_REPLY = "auto_reply"  # an out-of-office answer came back
    REPORT = "report"  # a feedback report that is no complaint (not-spam, auth-failure)
    OPEN = "open"  # an image of the email was loaded
    CLICK = "click"  # a link of the email was followed
    SUBSCRIPTION = "subscription"  # the recipient chose topics
    UNSUBSCRIPTION = "unsubscription"  # the recipient wants no more of some or all
    REJECT = "reject"  # SES accepted the call and then declined to send
    RENDERING_FAILURE = "rendering_failure"  # SES could not fill its template
    REFUSED = "refused"  # SES refused the call for good
    SUPPRESSED = "suppressed"  # Bellhop did not call SES: the contact must not be mailed
    LAPSED = "lapsed"  # Bellhop did not call SES: too late for this email
    CANCELLED = "cancelled"  # Bellhop did not call SES: the CRM took the email back
    PARKED = "parked"  # Bellhop could not work on the email and put it aside
    UNKNOWN = "unknown"  # Bellhop waits no longer for news of an uncertain attempt
    UNRECOGNISED = "unrecognised"  # an event of a type that Bellhop does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact about one email.

    Attributes:
        kind: what was said.
        identity: names the fact within its email; the same whenever it comes.
        at: when it happened, by the clock of whoever said it (aware, UTC).
        attempt: the attempt it belongs to, or ``None`` where nothing was attempted.
        detail: strings to keep, e.g. ``reason``, ``smtp_response``; never the arrival time.
    """

    kind: FactKind
    identity: str
    at: datetime
    attempt: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)
