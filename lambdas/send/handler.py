"""Sends the emails of a lane's queue: a batch in, the ids of what stays in the queue out."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from bellhop import batch, clock, queues
from bellhop.dead_letters import DeadLetterQueue
from bellhop.domain.emails import Email, EmailClass
from bellhop.domain.identifiers import new_attempt_id
from bellhop.metrics import Count, Counter
from bellhop.ses import client, identities
from bellhop.ses.account import SendRate
from bellhop.ses.client import LONGEST_CALL, SesSender
from bellhop.ses.identities import LONGEST_QUESTION, SesIdentities
from bellhop.settings import SendSettings, Settings
from bellhop.store import table
from bellhop.store.conditions import is_beyond_repair
from bellhop.store.contacts import ContactStore
from bellhop.store.event_flow import EventFlowStore
from bellhop.store.records import RecordStore
from bellhop.store.senders import SenderStore
from bellhop.store.stops import StopStore
from bellhop.usecases.alignments import Alignments
from bellhop.usecases.pacing import SHARE, Pacer
from bellhop.usecases.patience import MOST_LOOKS, Patience
from bellhop.usecases.send_email import Sending, Worker
from bellhop.usecases.stops import Stops

# Seconds for reading contact and sender, asking SES for the sender's authentication and claiming,
# each of four calls of the table as slow as store/table.py lets it be. There may be twice as many
# (references, a claim that is read back), so the worker looks at its time again before it calls.
LONGEST_CLAIM = 24 + LONGEST_QUESTION

COUNT_OF: dict[Sending, Count] = {
    Sending.SENT: Count.EMAILS_SENT,
    Sending.SUPPRESSED: Count.EMAILS_SUPPRESSED,
    Sending.LAPSED: Count.EMAILS_LAPSED,
    Sending.FAILED: Count.EMAILS_FAILED,
    Sending.UNKNOWN: Count.EMAILS_UNKNOWN,
    Sending.REFUSED_FOR_NOW: Count.SENDS_RETRIED,
    Sending.THROTTLED: Count.SENDS_RETRIED,
    Sending.UNCERTAIN: Count.EMAILS_UNCERTAIN,
    Sending.AWAITING_EVENTS: Count.EMAILS_AWAITING_EVENTS,
}


def handle(event: dict[str, Any], context: LambdaContext) -> batch.BatchResponse:
    """Works through one batch of the lane's queue."""

    def has_time(seconds: float = LONGEST_CALL) -> bool:
        # A call begun without the time for it might outlive this invocation.
        return context.get_remaining_time_in_millis() > seconds * 1000

    return batch.process(event["Records"], lambda record: work(record, has_time), logger)


def work(record: batch.Record, has_time: Callable[..., bool]) -> bool:
    """Works on one queue message; says whether it is done with."""
    try:
        email = queues.decode(record["body"])
    except Exception as error:
        logger.exception("a queue message is no email", message_id=record["messageId"])
        reason = f"no email: {type(error).__name__}: {error}"
        dead_letters[lane_of(record)].put(record["body"], reason=reason)
        counter.add(Count.EMAILS_PARKED)
        return True
    try:
        sending = send(email, has_time)
    except Exception as error:
        if is_beyond_repair(error):
            return park(record, email, error)
        come_again(record, email, Sending.REFUSED_FOR_NOW)
        raise
    if not sending.leaves_queue:
        if queues.receives_of(record) >= MOST_LOOKS:
            return park(record, email, None)
        come_again(record, email, sending)
    return sending.leaves_queue


def send(email: Email, has_time: Callable[..., bool]) -> Sending:
    """Sends one email at the lane's pace, or says why not, and counts how that ended."""
    if not take_turn(email, has_time):
        return Sending.POSTPONED
    sending = worker.send(email, has_time)
    logger.debug("worked on an email", email_id=str(email.id), sending=sending.value)
    if sending is Sending.STOPPED:
        counter.add_by_reason(Count.EMAILS_STOPPED, stops.holding(email) or "none")
    elif sending in COUNT_OF:
        counter.add(COUNT_OF[sending])
    if sending is Sending.SENT:
        counter.add(Count.EMAILS_SILENT)  # until ingest counts the first news
    return sending


def take_turn(email: Email, has_time: Callable[..., bool]) -> bool:
    """Waits until the lane's pace lets this worker call SES; False where it has no time for that.

    What a stop holds back takes no turn: a hotel that is paused delays no other hotel's email.
    """
    pacer = None if stops.holding(email) else pacers[email.email_class]
    wait = pacer.wait() if pacer else 0.0
    if not has_time(wait + LONGEST_CALL + LONGEST_CLAIM):
        return False
    if pacer:
        time.sleep(wait)
        pacer.begin()
    return True


def lane_of(record: batch.Record) -> EmailClass:
    """The lane whose queue a message came from."""
    queue = record["eventSourceARN"].rpartition(":")[2]
    return next(each for each, url in send_settings.lanes.items() if url.endswith(f"/{queue}"))


def come_again(record: batch.Record, email: Email, sending: Sending) -> None:
    """Hides a message until it is worth another look."""
    left = max(email.not_after - clock.now(), timedelta())
    lanes[email.email_class].come_again(record, sending, left)


def park(record: batch.Record, email: Email, error: Exception | None) -> bool:
    """Puts a message aside that keeps failing: for the operator, and with `failed` on its record.

    In this order, so that nothing is called failed that no operator can return.
    """
    reason = f"{type(error).__name__}: {error}" if error else f"not sent in {MOST_LOOKS} looks"
    dead_letters[email.email_class].put(record["body"], reason=reason)
    counter.add(Count.EMAILS_PARKED)
    logger.error("parked an email", email_id=str(email.id), error=type(error).__name__)
    try:
        worker.park(email, reason)
    except Exception:
        if not is_beyond_repair(error):
            raise
        logger.exception("its record can't be written", email_id=str(email.id))
    return True


settings, send_settings = Settings.read(), SendSettings.read()
table.bind(settings.table, settings.region)
logger = Logger()
counter = Counter(settings.stage)
alignments = Alignments(
    senders=SenderStore(), identities=SesIdentities(identities.new_client()), clock=clock.now
)
rate = SendRate(identities.new_client())
pacers = {
    each: Pacer(
        rate=rate,
        share=share,
        workers=send_settings.concurrency,
        monotonic=time.monotonic,
    )
    for each, share in SHARE.items()
}
stops = Stops(StopStore(), clock.now, send_settings.configuration_sets)
worker = Worker(
    contacts=ContactStore(),
    records=RecordStore(settings.record_lifetime),
    ses=SesSender(client.new_client(), send_settings.configuration_sets, stage=settings.stage),
    events=EventFlowStore(send_settings.configuration_sets),
    stops=stops,
    throttled=lambda email_class: pacers[email_class].throttled(),
    alignment_of=alignments.of,
    clock=clock.now,
    new_attempt_id=new_attempt_id,
    lease=send_settings.lease,
    windows=send_settings.windows,
)
sqs = boto3.client("sqs", config=queues.QUICK)
lanes = {
    each: queues.Retries(
        sqs, url, Patience(lease=send_settings.lease, window=send_settings.windows[each])
    )
    for each, url in send_settings.lanes.items()
}
dead_letters = {
    each: DeadLetterQueue(url) for each, url in send_settings.dead_letter_queues.items()
}
handler = counter.flushing(handle)
