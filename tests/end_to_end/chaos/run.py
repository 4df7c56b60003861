"""One run: the bad day, then the days after it, until every email has its end."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.status import Dispatch, outcome_of
from bellhop.store.record_codec import record_of
from bellhop.store.table import EmailItem
from local.internet import Outcome, Transcript
from local.internet.behaviours import BEHAVIOURS
from local.ses import Chaos, ChaosSettings
from local.ses.chaos import Tally, Trouble
from tests.end_to_end.bending import Bending
from tests.end_to_end.chaos import asked
from tests.end_to_end.chaos.asked import Request
from tests.end_to_end.chaos.oracle import Story
from tests.end_to_end.chaos.report import Report
from tests.end_to_end.deployment import Deployment, eventually

BAD_DAY = ChaosSettings(
    seed=0,
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
LEASE, WINDOW = 3, 6  # seconds; an event comes within three here, and a call ends within one
SHORT_WAITS = {
    "BELLHOP_LEASE_SECONDS": str(LEASE),
    "BELLHOP_TRANSACTIONAL_WINDOW_SECONDS": str(WINDOW),
    "BELLHOP_MARKETING_WINDOW_SECONDS": str(WINDOW),
}
DEAD_LETTERS = (
    "EventsDeadLetterQueueUrl",
    "TransactionalDeadLetterQueueUrl",
    "MarketingDeadLetterQueueUrl",
)
LANES = ("TransactionalQueueUrl", "MarketingQueueUrl")
PATIENCE = 120  # seconds without a step ahead


def run(
    deployment: Deployment,
    bending: Bending,
    *,
    seed: int,
    emails: int,
    name: str = "",
    say: Callable[[str], None] = lambda _what: None,
) -> Report:
    """Asks for ``emails`` on a bad day, and tells what became of them."""
    requests = list(asked.requests(seed, emails, name))
    deployment.forget_queues()
    dead, start, seconds = _dead_letters(deployment), time.monotonic(), {}

    def reached(part: str) -> None:
        seconds[part] = time.monotonic() - start
        say(f"{part} after {seconds[part]:.0f} s")

    with ExitStack() as stack:
        stack.enter_context(deployment.environment("send", **SHORT_WAITS))
        chaos = stack.enter_context(bending.chaos(replace(BAD_DAY, seed=seed)))
        crm = _Crm(deployment, requests)
        crm.post_all()
        reached("accepted")
        _until_called(chaos, crm)
        reached("called")
        chaos.change(**dict.fromkeys(map(str, Trouble), 0.0))
        waited = time.monotonic() + LEASE + WINDOW
        _until_heard(deployment, crm)
        time.sleep(max(0.0, waited - time.monotonic()))  # an uncertain email's time is over then
        _until_ended(deployment, crm, seed)
        _until_heard(deployment, crm)
        reached("ended")
    report = Report(
        seed=seed,
        requests=requests,
        stories=_stories(deployment, crm, chaos.tally()),
        troubles=chaos.tally().troubles,
        broken_replies=crm.broken_replies,
        dead_letters=_dead_letters(deployment) - dead,
        seconds=seconds,
    )
    deployment.forget_queues()
    return report


class _Crm:
    """Posts the requests and keeps what it was answered."""

    def __init__(self, deployment: Deployment, requests: Sequence[Request]) -> None:
        self._deployment = deployment
        self._first_posted: dict[str, datetime] = {}
        self.requests = requests
        self.ids: dict[str, Sequence[str]] = {}  # by request
        self.taken_back: set[str] = set()  # ids
        self.broken_replies: list[str] = []

    @property
    def request_of(self) -> Mapping[str, tuple[Request, str]]:
        """By address: the request, and the email's id."""
        return {
            address: (request, email_id)
            for request in self.requests
            for address, email_id in zip(request.addresses, self.ids[request.key], strict=True)
        }

    def post_all(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._post_first, self.requests))

    def post_again(self, requests: Iterable[Request]) -> None:
        """Whoever repeats a request gets the same emails."""
        for request in requests:
            self._compare(request, self._ids(request))

    def post(self, request: Request) -> None:
        """Posts a request of which nothing is remembered."""
        self._ids(request)

    def _post_first(self, request: Request) -> None:
        self._first_posted[request.key] = asked.now()
        if request.is_posted_twice:
            with ThreadPoolExecutor(2) as pool:
                first, second = pool.map(self._ids, [request, request])
            self.ids[request.key] = first
            self._compare(request, second)
        else:
            self.ids[request.key] = self._ids(request)
        if request.is_cancelled:
            self._take_back(request)

    def _ids(self, request: Request) -> list[str]:
        body = request.body(self._first_posted.setdefault(request.key, asked.now()))
        crm = self._deployment.crms[request.domain]
        answer = crm.post(request.path, body, idempotency_key=request.key)
        assert answer.status == 202, answer.body
        items = answer.body["items"] if request.is_batch else [answer.body]
        return [str(email["id"]) for item in items for email in item["emails"]]

    def _compare(self, request: Request, again: Sequence[str]) -> None:
        if again != self.ids[request.key]:
            self.broken_replies.append(f"{request.key}: {self.ids[request.key]} became {again}")

    def _take_back(self, request: Request) -> None:
        (email_id,) = self.ids[request.key]
        answer = self._deployment.crms[request.domain].post(f"/v1/emails/{email_id}/cancel", {})
        assert answer.status in {200, 409}, answer.body
        if answer.status == 200:
            self.taken_back.add(email_id)


def _until_called(chaos: Chaos, crm: _Crm) -> None:
    """Until SES was called for each email that can't end without."""
    wanted = {
        address
        for address, (request, email_id) in crm.request_of.items()
        if email_id not in crm.taken_back and not request.is_short_lived
    }
    _patiently(lambda: len(wanted - chaos.tally().calls.keys()))


def _until_heard(deployment: Deployment, crm: _Crm) -> None:
    """Until every server has had its last word, and Bellhop has heard all that comes."""
    world, patience = deployment.world, timedelta(seconds=PATIENCE)
    addresses = set(crm.request_of)
    assert world.ses.wait_until_idle(patience)
    world.internet.transcripts.wait_for(
        lambda all_: all(
            _has_ended(deployment, each) for each in all_ if each.recipient in addresses
        ),
        PATIENCE,
    )
    assert world.ses.wait_until_idle(patience)
    eventually(lambda: deployment.messages("EventsQueueUrl") == 0)


def _has_ended(deployment: Deployment, transcript: Transcript) -> bool:
    mailbox = deployment.world.internet.servers.mailbox(transcript.recipient)
    reports = mailbox is not None and BEHAVIOURS[mailbox.behaviour].later is not None
    if transcript.outcome is not Outcome.ACCEPTED or not reports:
        return True
    return any(later.report_reply for later in transcript.later)


def _until_ended(deployment: Deployment, crm: _Crm, seed: int) -> None:
    """The CRM repeats what has no end yet, and the hotel goes on writing to others.

    What waits in the queue would be looked at without it, minutes later.
    """
    # `ingest` starts anew, so that it tells of the next event at once.
    with deployment.environment("ingest", BELLHOP_RECORD_DAYS="399"):

        def left() -> int:
            open_ = _open(_records(deployment), crm)
            if open_:
                for request in asked.later_requests(seed, int(time.time())):
                    crm.post(request)
                eventually(lambda: not any(map(deployment.visible_messages, LANES)))
                _until_heard(deployment, crm)
                crm.post_again(open_)
                eventually(lambda: not any(map(deployment.visible_messages, LANES)))
            return len(open_)

        _patiently(left)


def _open(records: Mapping[str, DeliveryRecord], crm: _Crm) -> list[Request]:
    """The requests of which an email's dispatch is not done."""

    def is_open(email_id: str) -> bool:
        record = records.get(email_id)
        return record is None or record.dispatch is not Dispatch.DONE

    return [each for each in crm.requests if any(map(is_open, crm.ids[each.key]))]


def _patiently(left: Callable[[], int]) -> None:
    """Until nothing is left, or gets less for some time: the oracle says what that means."""
    least, end = left(), time.monotonic() + PATIENCE
    while now_left := left():
        if now_left < least:
            least, end = now_left, time.monotonic() + PATIENCE
        if time.monotonic() > end:
            return
        time.sleep(0.5)


def _records(deployment: Deployment) -> dict[str, DeliveryRecord]:
    """By id, read from the table at once: the API would be asked for each email."""
    scan = deployment.client("dynamodb").get_paginator("scan")
    pages = scan.paginate(
        TableName=deployment.outputs["TableName"],
        FilterExpression="begins_with(pk, :contact) AND begins_with(sk, :email)",
        ExpressionAttributeValues={":contact": {"S": "C#"}, ":email": {"S": "E#"}},
    )
    found = (record_of(EmailItem.from_raw_data(item)) for page in pages for item in page["Items"])
    return {str(each.id): each for each in found}


def _stories(deployment: Deployment, crm: _Crm, tally: Tally) -> list[Story]:
    transcripts: defaultdict[str, list[Transcript]] = defaultdict(list)
    for each in deployment.world.internet.transcripts.all():
        transcripts[each.recipient].append(each)
    dropped: defaultdict[str, list[str]] = defaultdict(list)
    for event in tally.dropped:
        dropped[",".join(event.message.destination)].append(event.type)
    records = _records(deployment)

    def story(address: str, request: Request, email_id: str) -> Story:
        record: Any = records.get(email_id)
        return Story(
            address=address,
            asked=request,
            calls=tally.calls.get(address, ()),
            taken=tally.taken(address),
            transcripts=transcripts[address],
            is_silenced=bool({"DELIVERY", "BOUNCE"} & set(dropped[address])),
            lost_events=len(dropped[address]),
            took_back=email_id in crm.taken_back,
            status=outcome_of(record.facts, record.dispatch).status if record else "",
            attempts=record.attempts if record else 0,
        )

    return [story(address, *asked_for) for address, asked_for in crm.request_of.items()]


def _dead_letters(deployment: Deployment) -> int:
    return sum(deployment.messages(name) for name in DEAD_LETTERS)
