"""Writes SES's events onto delivery records: a batch in, the ids of what must come again out."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from bellhop import batch, clock
from bellhop.dead_letters import DeadLetterQueue
from bellhop.domain.errors import UnreadableEventError
from bellhop.domain.facts import FactKind
from bellhop.metrics import Count, Counter
from bellhop.ses.events import read_event
from bellhop.settings import IngestSettings, Settings
from bellhop.store import table
from bellhop.store.contacts import ContactStore
from bellhop.store.event_flow import HeardEvents
from bellhop.store.records import RecordStore
from bellhop.store.tenant_settings import TenantSettingsStore
from bellhop.store.tenants import TenantStore
from bellhop.usecases.record_event import EmailEvent, Recording, record_event
from bellhop.usecases.remembered import Remembered

LONGEST_RECORD = 12  # seconds that the table may take for one event; see store/table.py

COUNT_OF: dict[FactKind, Count] = {
    FactKind.DELIVERY: Count.EMAILS_DELIVERED,
    FactKind.COMPLAINT: Count.EMAILS_COMPLAINED,
    FactKind.DELAY: Count.EMAILS_DELAYED,
    FactKind.REJECT: Count.EMAILS_REJECTED,
}
COUNT_OF_END: dict[Recording, Count] = {
    Recording.FOREIGN: Count.EVENTS_FOREIGN,
    Recording.EXPIRED: Count.EVENTS_OF_EXPIRED,
    Recording.ERASED: Count.EVENTS_OF_ERASED,
    Recording.TENANT_GONE: Count.EVENTS_OF_GONE_TENANTS,
}


def handle(event: dict[str, Any], context: LambdaContext) -> batch.BatchResponse:
    """Works through one batch of events; what there is no time for comes again."""

    def work(record: batch.Record) -> bool:
        return context.get_remaining_time_in_millis() > LONGEST_RECORD * 1000 and ingest(record)

    return batch.process(event["Records"], work, logger)


def ingest(record: batch.Record) -> bool:
    """Records one message's events; what cannot be read goes to the dead-letter queue."""
    try:
        events = read_event(record["body"])
    except UnreadableEventError as error:
        logger.error("unreadable event", message_id=record["messageId"], reason=error.detail)
        dead_letters.put(record["body"], reason=error.detail)
        counter.add(Count.EVENTS_UNREADABLE)
        return True
    counter.add(Count.EVENTS_RECEIVED)
    for event in events:
        if event.configuration_set and event.sent_at:
            # What came late first: from then on newer events prove nothing of older ones.
            flow.waited(event.configuration_set, batch.queued_at(record), clock.now())
            flow.heard(event.configuration_set, event.sent_at)
        recording = record_event(
            event,
            records=records,
            contacts=contacts,
            tenants=tenants,
            settings_of=tenant_settings.get,
        )
        count(recording, event)
    return True


def count(recording: Recording, event: EmailEvent) -> None:
    """Counts what is new; a repetition inflates nothing."""
    fact = event.fact
    if recording is Recording.FIRST_NEWS:
        counter.add(Count.EMAILS_SILENT, -1)
        recording = Recording.ADDED
    if event.has_unrecognised and recording is Recording.ADDED:
        counter.add(Count.EVENTS_UNRECOGNISED)
    if recording in COUNT_OF_END:
        counter.add(COUNT_OF_END[recording])
    elif recording is Recording.ADDED and fact.kind is FactKind.BOUNCE:
        counter.add_by_reason(Count.EMAILS_BOUNCED, fact.detail["reason"])
    elif recording is Recording.ADDED and fact.kind in COUNT_OF:
        counter.add(COUNT_OF[fact.kind])


settings, ingest_settings = Settings.read(), IngestSettings.read()
table.bind(settings.table, settings.region)
logger = Logger()
counter = Counter(settings.stage)
contacts, records = ContactStore(), RecordStore(settings.record_lifetime)
tenants = TenantStore()
tenant_settings = Remembered(TenantSettingsStore().get, clock.now)
flow = HeardEvents()
dead_letters = DeadLetterQueue(ingest_settings.dead_letter_queue)
handler = counter.flushing(handle)
