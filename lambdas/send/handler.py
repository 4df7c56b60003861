"""Sends the emails of a lane's queue: a batch in, the ids of what stays in the queue out."""

from collections.abc import Callable
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from bellhop import batch, clock, queues
from bellhop.domain.identifiers import new_attempt_id
from bellhop.metrics import Count, Counter
from bellhop.ses import client, identities
from bellhop.ses.client import LONGEST_CALL, SesSender
from bellhop.ses.identities import LONGEST_QUESTION, SesIdentities
from bellhop.settings import SendSettings, Settings
from bellhop.store import table
from bellhop.store.contacts import ContactStore
from bellhop.store.records import RecordStore
from bellhop.store.tenants import SenderStore
from bellhop.usecases.alignments import Alignments
from bellhop.usecases.send_email import Sending, send_email

# Seconds that reading contact and sender, asking SES for the sender's authentication and claiming
# may take; see store/table.py for the timeouts of its calls, of which there are four at most.
LONGEST_CLAIM = 24 + LONGEST_QUESTION

COUNT_OF: dict[Sending, Count] = {
    Sending.SENT: Count.EMAILS_SENT,
    Sending.SUPPRESSED: Count.EMAILS_SUPPRESSED,
    Sending.LAPSED: Count.EMAILS_LAPSED,
    Sending.FAILED: Count.EMAILS_FAILED,
    Sending.REFUSED_FOR_NOW: Count.SENDS_RETRIED,
    Sending.UNCERTAIN: Count.EMAILS_UNCERTAIN,
}


def handle(event: dict[str, Any], context: LambdaContext) -> batch.BatchResponse:
    """Works through one batch of the lane's queue."""

    def has_time(seconds: float = LONGEST_CALL) -> bool:
        # A call begun without the time for it might outlive this invocation.
        return context.get_remaining_time_in_millis() > seconds * 1000

    def work(record: batch.Record) -> bool:
        return has_time(LONGEST_CALL + LONGEST_CLAIM) and send(record, has_time)

    return batch.process(event["Records"], work, logger)


def send(record: batch.Record, has_time: Callable[[], bool]) -> bool:
    """Works on one queue message; says whether it is done with."""
    email = queues.decode(record["body"])
    sending = send_email(
        email,
        contacts=contacts,
        records=records,
        ses=ses,
        alignment_of=alignments.of,
        clock=clock.now,
        new_attempt_id=new_attempt_id,
        has_time=has_time,
    )
    logger.debug("worked on an email", email_id=str(email.id), sending=sending.value)
    if sending in COUNT_OF:
        counter.add(COUNT_OF[sending])
    if not sending.leaves_queue:
        lanes[email.email_class].come_again(record, sending)
    return sending.leaves_queue


settings, send_settings = Settings.read(), SendSettings.read()
table.bind(settings.table, settings.region)
logger = Logger()
counter = Counter(settings.stage)
contacts, records = ContactStore(), RecordStore(settings.record_lifetime)
ses = SesSender(client.new_client(), send_settings.configuration_sets, stage=settings.stage)
alignments = Alignments(
    senders=SenderStore(), identities=SesIdentities(identities.new_client()), clock=clock.now
)
sqs = boto3.client("sqs", config=queues.QUICK)
lanes = {each: queues.Retries(sqs, url) for each, url in send_settings.lanes.items()}
handler = counter.flushing(handle)
