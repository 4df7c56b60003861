"""Whether SES's events come: ``H#<configuration set>`` / ``EVENTS``.

One item for each configuration set, written at most once a minute by a function's instance: the
newest sending of which an event was recorded, and until when events count as late. It is the gate
for uncertain emails, see :mod:`bellhop.domain.uncertainty`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from bellhop.domain.emails import EmailClass
from bellhop.domain.uncertainty import Heard
from bellhop.store.conditions import condition_failed
from bellhop.store.table import EventFlowItem

_SORT_KEY = "EVENTS"
_WRITE_EVERY = timedelta(minutes=1)
_LATE = timedelta(minutes=5)  # in their queue; usually it is seconds
PROBE_EVERY = timedelta(minutes=5)


class HeardEvents:
    """Keeps, for `ingest`, that events come."""

    def __init__(self) -> None:
        self._written: dict[str, datetime] = {}
        self._late: dict[str, datetime] = {}

    def waited(self, configuration_set: str, queued_at: datetime, now: datetime) -> None:
        """Says since when an event that is read now was in its queue."""
        told = self._late.get(configuration_set)
        if now - queued_at < _LATE or (told is not None and now < told + _WRITE_EVERY):
            return
        late_until = EventFlowItem.late_until
        later = late_until.does_not_exist() | (late_until < now + _LATE)
        _update(configuration_set, [late_until.set(now + _LATE)], later)
        self._late[configuration_set] = now

    def heard(self, configuration_set: str, sent_at: datetime) -> None:
        """Says that an event came of a message that was sent at ``sent_at``."""
        written = self._written.get(configuration_set)
        if written is not None and sent_at < written + _WRITE_EVERY:
            return
        newest = EventFlowItem.newest_at
        _update(
            configuration_set,
            [newest.set(sent_at)],
            newest.does_not_exist() | (newest < sent_at),
        )
        self._written[configuration_set] = sent_at


class EventFlowStore:
    """Answers, for `send`, whether events come.

    Args:
        configuration_sets: the name of each class's.
    """

    def __init__(self, configuration_sets: Mapping[EmailClass, str]) -> None:
        self._configuration_sets = configuration_sets

    def heard(self, email_class: EmailClass) -> Heard:
        """See :meth:`bellhop.usecases.ports.EventFlow.heard`."""
        key = f"H#{self._configuration_sets[email_class]}"
        try:
            item = EventFlowItem.get(key, _SORT_KEY, consistent_read=True)
        except EventFlowItem.DoesNotExist:
            return Heard()
        return Heard(newest=item.newest_at, late_until=item.late_until)

    def take_probe(self, email_class: EmailClass, now: datetime) -> bool:
        """See :meth:`bellhop.usecases.ports.EventFlow.take_probe`."""
        probed = EventFlowItem.probed_at
        return _update(
            self._configuration_sets[email_class],
            [probed.set(now)],
            probed.does_not_exist() | (probed < now - PROBE_EVERY),
        )


def _update(configuration_set: str, actions: list[Action], condition: Condition) -> bool:
    """False where the condition failed."""
    try:
        EventFlowItem(f"H#{configuration_set}", _SORT_KEY).update(
            actions=actions, condition=condition
        )
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True
