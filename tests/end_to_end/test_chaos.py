"""A bad day of SES's, by a seed: nothing is lost without a trace, and nothing is sent twice."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.status import Dispatch, Status, outcome_of
from bellhop.store.record_codec import record_of
from bellhop.store.table import EmailItem
from local.characters.guests import internet_guests
from local.internet import Outcome, Transcript
from local.internet.behaviours import BEHAVIOURS
from local.ses import Chaos, ChaosSettings
from local.ses.chaos import Trouble
from tests.end_to_end.bending import Bending
from tests.end_to_end.deployment import Deployment, eventually

EMAILS = 260  # every character seven times
IN_A_REQUEST = 50
PATIENCE = 120  # seconds
BAD_DAY = ChaosSettings(
    seed=2611,
    throttled=0.08,
    failed_before=0.01,
    cut_before=0.01,
    failed_after=0.02,
    cut_after=0.02,
    cut_body=0.02,
    short_body=0.02,
    dropped=0.03,
    reordered=0.2,
    late=0.1,
    repeated=0.1,
)
TOLD = {Status.DELIVERED, Status.BOUNCED}

Records = dict[str, DeliveryRecord]
"""Delivery records by address; each address is used once."""


def test_a_bad_day_loses_nothing_and_repeats_nothing(
    deployment: Deployment, bending: Bending
) -> None:
    deployment.forget_queues()
    dead = deployment.messages("EventsDeadLetterQueueUrl")
    with bending.chaos(BAD_DAY) as chaos:
        ids = _post(deployment)
        _wait_for_calls(deployment, ids)
        _wait_for_events(deployment)
    tally, silenced = chaos.tally(), _silenced(chaos)
    records = _records(deployment, ids)
    faults = [
        f"{address}: {fault}"
        for address, record in records.items()
        for fault in _faults(record, _accepted(deployment, address), address in silenced)
    ]
    assert not faults, "\n".join(faults)
    waiting = {address for address, record in records.items() if _waits(record)}
    without_effect = tally.troubles[Trouble.FAILED_BEFORE] + tally.troubles[Trouble.CUT_BEFORE]
    assert len(waiting - silenced) == without_effect
    assert len(waiting) <= deployment.messages("TransactionalQueueUrl")
    for address in waiting:
        shown = deployment.record(str(records[address].id))
        assert (shown["status"], shown["uncertain_since"] is None) == ("sending", False)
    assert set(tally.troubles) == set(Trouble), "the day was not bad enough"
    assert deployment.messages("EventsDeadLetterQueueUrl") == dead
    deployment.forget_queues()


def _addresses() -> Iterator[str]:
    """Every character in turn, each time under another name."""
    for number, guest in zip(range(EMAILS), itertools.cycle(internet_guests()), strict=False):
        local_part, _, domain = guest.address.partition("@")
        yield f"{local_part}+chaos{number}@{domain}"


def _post(deployment: Deployment) -> set[str]:
    """The ids of the emails, one for each address."""
    addresses, ids = _addresses(), set()
    while part := list(itertools.islice(addresses, IN_A_REQUEST)):
        answer = deployment.post("", to=[{"address": address} for address in part])
        assert answer.status == 202, answer.body
        ids |= {str(each["id"]) for each in answer.body["emails"]}
    assert len(ids) == EMAILS
    return ids


def _wait_for_calls(deployment: Deployment, ids: set[str]) -> None:
    """Until SES was called for each email, and the call's end is written down."""
    end = time.monotonic() + PATIENCE
    while len(called := _called(_records(deployment, ids))) < len(ids):
        assert time.monotonic() < end, f"{len(called)} of {len(ids)} were sent"
        time.sleep(1)


def _called(records: Records) -> list[str]:
    return [
        address
        for address, record in records.items()
        if record.dispatch is Dispatch.DONE or _is_uncertain(record)
    ]


def _records(deployment: Deployment, ids: set[str]) -> Records:
    """Read from the table at once: the API would be asked for each email, again and again."""
    scan = deployment.client("dynamodb").get_paginator("scan")
    pages = scan.paginate(
        TableName=deployment.outputs["TableName"],
        FilterExpression="begins_with(pk, :contact) AND begins_with(sk, :email)",
        ExpressionAttributeValues={":contact": {"S": "C#"}, ":email": {"S": "E#"}},
    )
    found = (record_of(EmailItem.from_raw_data(item)) for page in pages for item in page["Items"])
    return {each.recipient.mailbox.address: each for each in found if str(each.id) in ids}


def _wait_for_events(deployment: Deployment) -> None:
    """Until every server has had its last word, and Bellhop has heard all that comes."""
    world, patience = deployment.world, timedelta(seconds=PATIENCE)
    assert world.ses.wait_until_idle(patience)
    world.internet.transcripts.wait_for(
        lambda transcripts: all(_has_ended(deployment, each) for each in transcripts), PATIENCE
    )
    assert world.ses.wait_until_idle(patience)
    eventually(lambda: deployment.messages("EventsQueueUrl") == 0)


def _has_ended(deployment: Deployment, transcript: Transcript) -> bool:
    mailbox = deployment.world.internet.servers.mailbox(transcript.recipient)
    reports = mailbox is not None and BEHAVIOURS[mailbox.behaviour].later is not None
    if transcript.outcome is not Outcome.ACCEPTED or not reports:
        return True
    return any(later.report_reply for later in transcript.later)


def _is_uncertain(record: DeliveryRecord) -> bool:
    return record.claim is not None and record.claim.uncertain_since is not None


def _waits(record: DeliveryRecord) -> bool:
    """Whether nobody knows how the call ended; its message stays in the queue."""
    return _is_uncertain(record) and not record.facts


def _silenced(chaos: Chaos) -> set[str]:
    """Whose outcome Bellhop could not hear of: the event that tells it was dropped."""
    return {
        recipient
        for event in chaos.tally().dropped
        if event.type in {"DELIVERY", "BOUNCE"}
        for recipient in event.message.destination
    }


def _accepted(deployment: Deployment, address: str) -> list[Transcript]:
    transcripts = deployment.world.internet.transcripts.for_recipient(address)
    return [each for each in transcripts if each.outcome is Outcome.ACCEPTED]


def _faults(
    record: DeliveryRecord, accepted: Sequence[Transcript], is_silenced: bool
) -> Iterator[str]:
    """Where a record says something else than the servers, or nothing at all."""
    if len(accepted) > 1:
        yield f"the server took it {len(accepted)} times"
    if is_silenced:
        return
    came_back = any(later.kind == "bounced" for each in accepted for later in each.later)
    told = Status.DELIVERED if accepted and not came_back else Status.BOUNCED
    status = outcome_of(record.facts, record.dispatch).status
    if status in TOLD and status is not told:
        yield f"it is {status}, and the server says {told}"
    if _waits(record) and accepted:
        yield "its call is uncertain, and the server took it"
    if status not in TOLD and not _waits(record):
        yield f"it is {status}, and no event about it was dropped"
