"""Events on their way to the topics of the configuration set that the message named."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic

from local.ses.configuration_sets import ConfigurationSets
from local.ses.disturbance import Disturbance
from local.ses.events import Event
from local.ses.settings import Settings
from local.ses.work_queue import WorkQueue

_log = logging.getLogger(__name__)

Publish = Callable[[str, str, str], None]
"""`publish(topic_arn, configuration_set, message)`; raises when the topic does not take it."""

TEST_MESSAGE = "Successfully validated SNS topic for Amazon SES event publishing."
"""The plain text with which SES tries a topic when it becomes an event destination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Publication:
    event: Event
    topic_arn: str
    configuration_set: str
    failures: int = 0


class Publisher:
    """Publishes events on a few threads, the events of each message in their order."""

    def __init__(
        self,
        publish: Publish,
        configuration_sets: ConfigurationSets,
        disturbance: Disturbance,
        settings: Settings,
    ) -> None:
        self._publish = publish
        self._configuration_sets = configuration_sets
        self._disturbance = disturbance
        self._settings = settings
        self._lanes = [
            WorkQueue(self._offer, workers=1, name=f"ses-events-{lane}")
            for lane in range(settings.event_lanes)
        ]

    def publish(self, event: Event) -> None:
        """Sends an event to each enabled destination that asks for its type.

        A message without a configuration set, or whose set is gone, has no events.
        """
        configuration_set = self._configuration_sets.find(event.message.configuration_set)
        if configuration_set is None:
            return
        topics = [
            destination.topic_arn
            for destination in configuration_set.destinations
            if destination.enabled and event.type in destination.matching_event_types
        ]
        for scheduled in self._disturbance.events(event) if topics else ():
            for topic in topics:
                publication = _Publication(
                    event=scheduled.event,
                    topic_arn=topic,
                    configuration_set=configuration_set.name,
                )
                self._put(publication, scheduled.delay)

    def try_topic(self, topic_arn: str, configuration_set: str) -> None:
        """Publishes the test message; raises what `publish` raises."""
        self._publish(topic_arn, configuration_set, TEST_MESSAGE)

    def wait_until_idle(self, timeout: timedelta) -> bool:
        """Waits until every event has been published; False when the time is over first."""
        end = monotonic() + timeout.total_seconds()
        return all(
            lane.wait_until_idle(timedelta(seconds=max(0.0, end - monotonic())))
            for lane in self._lanes
        )

    def close(self) -> None:
        """Ends the threads; events that are still waiting are lost, and logged."""
        if left := sum(lane.close() for lane in self._lanes):
            _log.warning("%d events were not published before the end", left)

    def _offer(self, publication: _Publication) -> None:
        message = json.dumps(publication.event.document)
        try:
            self._publish(publication.topic_arn, publication.configuration_set, message)
        except Exception:  # whatever the caller's publish meets, an event is not lost to it
            self._offer_again(publication)

    def _offer_again(self, publication: _Publication) -> None:
        delays = self._settings.publish_retry_delays
        if publication.failures == len(delays):
            _log.exception(
                "%s gave up publishing to %s: %s of message %s is lost",
                publication.configuration_set,
                publication.topic_arn,
                publication.event.type,
                publication.event.message.message_id,
            )
            return
        again = replace(publication, failures=publication.failures + 1)
        self._put(again, delays[publication.failures])

    def _put(self, publication: _Publication, delay: timedelta) -> None:
        lane = hash(publication.event.message.message_id) % len(self._lanes)
        self._lanes[lane].put(publication, delay)
