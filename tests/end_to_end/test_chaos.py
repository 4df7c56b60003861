"""A bad day of SES's, by a seed: nothing is lost without a trace, and nothing is sent twice."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from bellhop.domain.status import Dispatch
from local.characters.guests import internet_guests
from local.internet import Outcome, Transcript
from local.internet.behaviours import BEHAVIOURS
from local.ses import Chaos, ChaosSettings
from local.ses.chaos import Trouble
from tests.end_to_end.bending import Bending
from tests.end_to_end.deployment import Deployment, eventually

EMAILS = 300
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
TOLD = {"delivered", "bounced"}

Letters = dict[str, str]
"""Email ids by address; each address is used once."""
Record = dict[str, Any]


def test_a_bad_day_loses_nothing_and_repeats_nothing(
    deployment: Deployment, bending: Bending
) -> None:
    deployment.forget_queues()
    dead = deployment.messages("EventsDeadLetterQueueUrl")
    with bending.chaos(BAD_DAY) as chaos:
        letters = _post(deployment)
        _wait_for_calls(deployment, letters)
        _wait_for_events(deployment)
    tally, silenced = chaos.tally(), _silenced(chaos)
    records = _records(deployment, letters)
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
    assert set(tally.troubles) == set(Trouble), "the day was not bad enough"
    assert deployment.messages("EventsDeadLetterQueueUrl") == dead
    deployment.forget_queues()


def _addresses() -> Iterator[str]:
    """Every character in turn, each time under another name."""
    for number, guest in zip(range(EMAILS), itertools.cycle(internet_guests()), strict=False):
        local_part, _, domain = guest.address.partition("@")
        yield f"{local_part}+chaos{number}@{domain}"


def _post(deployment: Deployment) -> Letters:
    addresses = _addresses()
    letters: Letters = {}
    while part := list(itertools.islice(addresses, IN_A_REQUEST)):
        answer = deployment.post("", to=[{"address": address} for address in part])
        assert answer.status == 202, answer.body
        letters.update(zip(part, (each["id"] for each in answer.body["emails"]), strict=True))
    assert len(set(letters.values())) == EMAILS
    return letters


def _wait_for_calls(deployment: Deployment, letters: Letters) -> None:
    """Until SES was called for each email, and the call's end is written down.

    Looks into the table: asking the API for every email again and again would take longer.
    """
    end = time.monotonic() + PATIENCE
    while pending := set(letters.values()) - _called(deployment):
        assert time.monotonic() < end, f"{len(pending)} of {len(letters)} were never sent"
        time.sleep(1)


def _called(deployment: Deployment) -> set[str]:
    pages = deployment.client("dynamodb").get_paginator("scan")
    found = pages.paginate(
        TableName=deployment.outputs["TableName"],
        FilterExpression="dispatch = :done OR attribute_exists(claim.uncertain_since)",
        ExpressionAttributeValues={":done": {"S": Dispatch.DONE.value}},
        ProjectionExpression="pk, sk",
    )
    keys = ((item["pk"]["S"], item["sk"]["S"]) for page in found for item in page["Items"])
    return {f"em_{pk.removeprefix('C#')}_{sk.removeprefix('E#')}" for pk, sk in keys}


def _records(deployment: Deployment, letters: Letters) -> dict[str, Record]:
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(letters, pool.map(deployment.record, letters.values()), strict=True))


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


def _waits(record: Record) -> bool:
    """Whether nobody knows how the call ended; its message stays in the queue."""
    return record["status"] == "sending" and record["uncertain_since"] is not None


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


def _faults(record: Record, accepted: Sequence[Transcript], is_silenced: bool) -> Iterator[str]:
    """Where a record says something else than the servers, or nothing at all."""
    if len(accepted) > 1:
        yield f"the server took it {len(accepted)} times"
    if is_silenced:
        return
    came_back = any(later.kind == "bounced" for each in accepted for later in each.later)
    told = "delivered" if accepted and not came_back else "bounced"
    if record["status"] in TOLD and record["status"] != told:
        yield f"it is {record['status']}, and the server says {told}"
    if _waits(record) and accepted:
        yield "its call is uncertain, and the server took it"
    if record["status"] not in TOLD and not _waits(record):
        yield f"it is {record['status']}, and no event about it was dropped"
