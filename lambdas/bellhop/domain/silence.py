"""Silence is a state: nothing is heard for longer than servers and SES usually take."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from bellhop.domain.emails import DeliveryRecord, EmailClass
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.status import Status, outcome_of, word_of

# A server that takes an email or refuses it says so in seconds; one that makes SES wait is reported
# as a delay within minutes.
SILENT_AFTER: Mapping[EmailClass, timedelta] = MappingProxyType(
    {EmailClass.TRANSACTIONAL: timedelta(hours=1), EmailClass.MARKETING: timedelta(hours=14)}
)


# A server that asked to wait may be asked again for as long as SES tries at most, 14 hours.
# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DeliveryOptions.html
_WAITS_FOR: Mapping[Status, timedelta] = MappingProxyType(
    {Status.SENT: timedelta(0), Status.DELAYED: timedelta(hours=14)}
)


def silent_since(record: DeliveryRecord, now: datetime) -> datetime | None:
    """When the silence about an email that SES has became remarkable; ``None`` while it is not."""
    outcome = outcome_of(record.facts, record.dispatch)
    if outcome.status not in _WAITS_FOR or outcome.since is None:
        return None
    remarkable = outcome.since + _WAITS_FOR[outcome.status] + SILENT_AFTER[record.email_class]
    return remarkable if remarkable <= now else None


def ends_silence(record: DeliveryRecord, fact: Fact) -> bool:
    """Whether a fact, new on its record, is the first news of an attempt that SES had taken.

    Of facts that come at the same time exactly one is: each sees the record as its own write left
    it.
    """
    before = [f for f in record.facts if f.attempt == fact.attempt and f.identity != fact.identity]
    was_sent = any(each.kind is FactKind.SENT for each in before)
    return was_sent and _is_news(fact) and not any(map(_is_news, before))


def _is_news(fact: Fact) -> bool:
    return word_of(fact).status is not Status.SENT
