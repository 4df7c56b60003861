"""Silence is a state: sent, and nothing heard for longer than servers usually take to answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from bellhop.domain.emails import DeliveryRecord, EmailClass
from bellhop.domain.status import Status, outcome_of

# A server that takes an email or refuses it says so in seconds; one that makes SES wait is reported
# as a delay within minutes.
SILENT_AFTER: Mapping[EmailClass, timedelta] = MappingProxyType(
    {EmailClass.TRANSACTIONAL: timedelta(hours=1), EmailClass.MARKETING: timedelta(hours=14)}
)


def silent_since(record: DeliveryRecord, now: datetime) -> datetime | None:
    """When a sent email's silence became remarkable; ``None`` while it is not."""
    outcome = outcome_of(record.facts, record.dispatch)
    if outcome.status is not Status.SENT or outcome.since is None:
        return None
    remarkable = outcome.since + SILENT_AFTER[record.email_class]
    return remarkable if remarkable <= now else None
