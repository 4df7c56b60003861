"""Five thousand events, shuffled, repeated, delayed and replayed, through the deployed stack.

The records end as in a run in which each event comes once and in order, and as an oracle says that
knows nothing of Bellhop's table of statuses.
"""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bellhop.domain.emails import Claim, DeliveryRecord
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.identifiers import EmailId, contact_key
from bellhop.domain.status import Dispatch, outcome_of, signals_of
from bellhop.ses.events import read_event
from bellhop.store.record_codec import item_of, record_of
from bellhop.store.table import ContactItem, EmailItem
from bellhop.usecases.record_event import record_event
from local.demo.steps import ops
from tests.builders import NOW, a_record
from tests.end_to_end.deployment import Deployment
from tests.stories import STORIES, Attempt
from tests.unit.fakes import FakeContacts, FakeRecords, FakeTenants

EVENTS = 5000
SEED = 20261125
CONTACT_EMAILS = 5  # emails of one contact
PATIENCE = 120  # seconds
BEGIN = NOW - timedelta(days=9)  # long ago: what is silent is remarkably so
TENANT = "hotel-replay"  # whose settings no other test changes
EVER_SILENT = ("silent", "--days", "20000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Records as `send` left them, and what SES then tells of them, in order."""

    records: Sequence[DeliveryRecord]
    events: Sequence[str]


def test_any_order_repetition_and_delay_end_in_the_records_that_an_oracle_expects(
    deployment: Deployment,
) -> None:
    deployment.forget_queues()
    chance = random.Random(SEED)  # noqa: S311 - shuffles, hides nothing
    day = a_day(chance)
    put(deployment, day.records)
    shuffled = [*day.events, *chance.sample(day.events, EVENTS // 5)]
    chance.shuffle(shuffled)
    publish(deployment, shuffled, chance)
    wait_until_read(deployment)
    publish(deployment, chance.sample(day.events, EVENTS // 10), chance)  # replayed
    wait_until_read(deployment)

    ordered, expected_suppressions = in_order(day)
    records = {str(record.id): record for record in stored(deployment, day)}
    assert records == {str(record.id): record for record in ordered}
    told = oracle(day.events)
    assert {
        email_id: (outcome_of(record.facts, record.dispatch).status, set(signals_of(record.facts)))
        for email_id, record in records.items()
    } == told
    listed = {line.split()[0] for line in ops(deployment.world, *EVER_SILENT).splitlines()}
    waiting = {each for each, (status, _) in told.items() if status in {"sent", "delayed"}}
    assert listed & set(told) == waiting
    assert expected_suppressions.items() <= suppressions(deployment).items()
    assert deployment.messages("EventsDeadLetterQueueUrl") == 0


def oracle(events: Iterable[str]) -> dict[str, tuple[str, set[str]]]:
    """Status and signals of each email by a reading of its events that shares no code with ours."""
    heard: dict[str, dict[str, set[str]]] = {}
    told = [json.loads(text) for text in events]
    taken = {
        event["mail"]["tags"]["bellhop-attempt"][0]: event["delivery"]["timestamp"]
        for event in told
        if "delivery" in event
    }
    for event in told:
        tags = event["mail"]["tags"]
        attempts = heard.setdefault(tags["bellhop-email"][0], {})
        attempts.setdefault(tags["bellhop-attempt"][0], set()).add(meaning(event, taken))
    order = ["delivered", "delayed", "sent", "bounced", "suppressed", "rejected", "failed"]
    named = {"open": "opened", "click": "clicked", "unsubscribed": "unsubscribed"}
    named |= {"complained": "complained", "auto_replied": "auto_replied"}
    return {
        email_id: (
            min((status_of(said) for said in attempts.values()), key=order.index),
            {named[word] for said in attempts.values() for word in said & set(named)},
        )
        for email_id, attempts in heard.items()
    }


def status_of(said: set[str]) -> str:
    """Of one attempt: a bounce ends it, what only a delivered email brings about proves it."""
    if "bounced" in said:
        return "bounced"
    if said & {"delivered", "open", "click", "complained", "auto_replied", "unsubscribed"}:
        return "delivered"
    return next((w for w in ("suppressed", "rejected", "failed", "delayed") if w in said), "sent")


def meaning(event: dict[str, Any], taken: Mapping[str, str]) -> str:
    """What one event says, in a word."""
    bounce, complaint = event.get("bounce", {}), event.get("complaint", {})
    subtypes = (bounce.get("bounceSubType"), complaint.get("complaintSubType"))
    if "OnAccountSuppressionList" in subtypes:
        return "suppressed"
    if bounce:
        silent = "diagnosticCode" not in bounce["bouncedRecipients"][0]
        return "auto_replied" if silent else "bounced"
    if complaint:
        return "complained" if complaint["complaintFeedbackType"] == "abuse" else "noise"
    for kind in ("open", "click"):
        if said := event.get(kind):
            attempt = event["mail"]["tags"]["bellhop-attempt"][0]
            began = taken.get(attempt, event["mail"]["timestamp"])
            reading = instant(said["timestamp"]) - instant(began)
            quick = reading < timedelta(seconds=10) or said.get("isBotEvent") == "Likely"
            return "noise" if quick else kind
    words = {"Delivery": "delivered", "DeliveryDelay": "delayed", "Subscription": "unsubscribed"}
    words |= {"Reject": "rejected", "Rendering Failure": "failed"}
    return words.get(event["eventType"], "noise")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def a_day(chance: random.Random) -> Day:
    """Emails with one or two attempts each, of which EVENTS events and a few more tell."""
    records: list[DeliveryRecord] = []
    told: list[str] = []
    for number in itertools.count():
        if len(told) >= EVENTS:
            break
        record = _record(number, is_uncertain=chance.random() < 0.1)
        if number % CONTACT_EMAILS == 0:  # every other contact meets the same fate each time
            fate = chance.choice([*STORIES, *[None] * len(STORIES)])
        stories = chance.choices(list(STORIES), k=1 if chance.random() < 0.9 else 2)
        stories = [fate] if fate else stories
        records.append(record)
        told += [event for n, story in enumerate(stories) for event in _tell(record, n, story)]
    return Day(records=records, events=sorted(told, key=_happened))


def _record(number: int, *, is_uncertain: bool) -> DeliveryRecord:
    address = f"repeated{number // CONTACT_EMAILS}@correo.test"
    email_id = EmailId.create(
        contact=contact_key(TENANT, address),
        at=BEGIN + timedelta(seconds=number),
        request=number,
        recipient_index=0,
    )
    record = replace(a_record(address=address), id=email_id, tenant=TENANT)
    attempt = _attempt(number, 0)
    if is_uncertain:
        claim = Claim(attempt=attempt, lease_until=BEGIN, uncertain_since=BEGIN)
        return replace(record, dispatch=Dispatch.CLAIMED, claim=claim)
    sent = Fact(
        kind=FactKind.SENT,
        identity=f"sent-{attempt}",
        at=email_id.accepted_at,
        attempt=attempt,
        detail={"message_id": f"0102019-{number}"},
    )
    return replace(record, facts=(sent,))


def _attempt(number: int, of_email: int) -> str:
    return f"at_{number:024}{of_email:02}"


def _tell(record: DeliveryRecord, number: int, story: str) -> Iterator[str]:
    return Attempt(
        email_id=record.id,
        address=record.recipient.mailbox.address,
        attempt=_attempt(record.id.request, number),
        sent_at=record.id.accepted_at + timedelta(minutes=20 * number),
    ).tell(story)


def _happened(text: str) -> str:
    event = json.loads(text)
    said = next(value for key, value in event.items() if key not in {"eventType", "mail"})
    return str(said.get("timestamp") or event["mail"]["timestamp"])


def in_order(day: Day) -> tuple[list[DeliveryRecord], dict[str, str]]:
    """The records and suppressions (see below) if each event comes once and in order."""
    records, contacts = FakeRecords(), FakeContacts()
    records.kept = {record.id: record for record in day.records}
    for text in day.events:
        for event in read_event(text):
            record_event(event, records=records, contacts=contacts, tenants=FakeTenants())
    suppressions = {
        key: contact.suppression.identity
        for key, contact in contacts.kept.items()
        if contact.suppression
    }
    return [_sorted(record) for record in records.kept.values()], suppressions


def _sorted(record: DeliveryRecord) -> DeliveryRecord:
    return replace(record, facts=tuple(sorted(record.facts, key=lambda fact: fact.identity)))


def put(deployment: Deployment, records: Sequence[DeliveryRecord]) -> None:
    """Writes records as they are before the first event."""
    table, dynamodb = deployment.outputs["TableName"], deployment.client("dynamodb")
    items = [item_of(record, timedelta(days=400)).to_dynamodb_dict() for record in records]
    for part in parts(items, 25):
        requests = [{"PutRequest": {"Item": item}} for item in part]
        answer = dynamodb.batch_write_item(RequestItems={table: requests})
        assert not answer.get("UnprocessedItems")


def publish(deployment: Deployment, events: Sequence[str], chance: random.Random) -> None:
    """Sends events to the queue as SNS does, some of them seconds late."""
    sqs, url = deployment.client("sqs"), deployment.outputs["EventsQueueUrl"]

    def send(part: Sequence[tuple[str, int]]) -> None:
        entries = [
            {"Id": str(number), "MessageBody": event, "DelaySeconds": delay}
            for number, (event, delay) in enumerate(part)
        ]
        assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")

    delayed = [(event, chance.choice((0, 0, 0, 1, 5))) for event in events]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send, parts(delayed, 10)))


def parts(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def wait_until_read(deployment: Deployment) -> None:
    """Until ingest has had everything, what was delayed too."""
    end = time.monotonic() + PATIENCE
    while left := _left(deployment):
        assert time.monotonic() < end, f"{left} events are left"
        time.sleep(0.2)


def _left(deployment: Deployment) -> int:
    """Events in the queue: visible, in the hands of ingest, or delayed."""
    answer = deployment.client("sqs").get_queue_attributes(
        QueueUrl=deployment.outputs["EventsQueueUrl"], AttributeNames=["All"]
    )
    counts = answer["Attributes"].items()
    return sum(int(n) for name, n in counts if name.startswith("ApproximateNumberOfMessages"))


def stored(deployment: Deployment, day: Day) -> list[DeliveryRecord]:
    """The records as the table has them now."""
    ids = {str(record.id) for record in day.records}
    found = (record_of(EmailItem.from_raw_data(item)) for item in scan(deployment, "E#"))
    return [record for record in found if str(record.id) in ids]


def suppressions(deployment: Deployment) -> dict[str, str]:
    """By contact key, the fact that keeps a contact from being mailed: the oldest of its kind."""
    items = (ContactItem.from_raw_data(item) for item in scan(deployment, "CONTACT"))
    kept = {item.pk.removeprefix("C#"): item.suppressions.as_dict() for item in items}
    return {contact: _oldest(each) for contact, each in kept.items() if each}


def _oldest(suppressions: Mapping[str, Mapping[str, str]]) -> str:
    return min(suppressions, key=lambda identity: (suppressions[identity]["at"], identity))


def scan(deployment: Deployment, prefix: str) -> Iterator[dict[str, Any]]:
    """Every item of a contact whose sort key begins so."""
    pages = (
        deployment.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=deployment.outputs["TableName"],
            FilterExpression="begins_with(pk, :contact) AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":contact": {"S": "C#"}, ":prefix": {"S": prefix}},
        )
    )
    return (item for page in pages for item in page["Items"])
