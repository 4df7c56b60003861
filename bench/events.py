"""Events a second: read, classified and merged, against what two peers need to read them."""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from bellhop.domain.facts import Fact
from bellhop.domain.identifiers import EmailId
from bellhop.domain.status import Dispatch, outcome_of, signals_of
from bellhop.ses.events import read_event
from bench import peers, reasons
from bench.table import Table
from tests.builders import NOW, an_email_id
from tests.stories import STORIES, Attempt

ROUNDS = 9
EMAILS = 1000
# Emails of a thousand by what becomes of them: a hotel's booking emails, as we suppose.
DAY = {
    "delivered": 860,
    "read": 15,
    "scanned by its own word": 60,
    "greylisted": 8,
    "unknown user": 14,
    "returned later": 4,
    "full": 4,
    "expired": 3,
    "on SES's list": 3,
    "complained": 1,
    "out of office": 12,
    "unsubscribed": 1,
    "silent": 15,
}
REFUSALS = ("unknown user", "full", "expired", "returned later")

Run = Callable[[], object]


def run() -> Table:
    """The table of rates."""
    peers.start()
    chance = random.Random(1)  # noqa: S311 - mixes, hides nothing
    day = list(_events(chance.sample(list(DAY), counts=DAY.values(), k=EMAILS)))
    bounces = [each for each in _events(list(REFUSALS) * (EMAILS // 20)) if _is_bounce(each)]
    chance.shuffle(day)
    sentences = list(_of_replies(bounces[0]))
    rates = {
        "a hotel's day": _rates(day),
        "bounces alone": _rates(bounces),
        "no sentence twice": _rates(sentences),
    }
    share = sum(map(_is_bounce, day)) / len(day)
    return Table(
        title="SES events a second",
        header=["reader", *(f"{name}: to django-anymail" for name in rates), "here, of a day"],
        rows=[_row(reader, rates) for reader in rates["a hotel's day"]],
        note=f"{len(day)} events of {EMAILS} emails, {share:.1%} of them bounces; "
        f"{len(bounces)} bounces of four kinds to as many guests; and {len(sentences)} bounces of "
        "which no two say the same, from `bench/replies`. CPU seconds of one process, medians of "
        f"{ROUNDS} rounds. A peer's row ends with its own signal, to which nobody listens; "
        "Bellhop's with every email's status and signals. Of a bounce Bellhop reads the server's "
        "words, and remembers what a sentence means; the peers pass it on. They get SNS's "
        "envelope, being web views; Bellhop's queue brings the event alone.",
    )


def _row(reader: str, rates: dict[str, dict[str, float]]) -> list[str]:
    ratios = [of_mix[reader] / of_mix["django-anymail"] for of_mix in rates.values()]
    here = next(iter(rates.values()))[reader]
    return [reader, *(f"{ratio:.2f}" for ratio in ratios), f"{here:,.0f}"]


def _rates(events: Sequence[str]) -> dict[str, float]:
    """Events a second by reader; every round each reader once, so that drift is shared."""
    enveloped = [peers.envelope(number, event) for number, event in enumerate(events)]
    read_anymail, read_django_ses = peers.anymail(), peers.django_ses()
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        runs: dict[str, Run] = {
            "json.loads alone": partial(_each, json.loads, events),
            "Bellhop": partial(merge, events),
            "Bellhop, in an envelope": partial(merge, enveloped),
            "django-anymail": partial(_each, read_anymail, peers.requests_of(enveloped)),
            "django-ses": partial(_each, read_django_ses, peers.requests_of(enveloped)),
        }
        for reader, work in runs.items():
            times[reader].append(_seconds(work))
    return {reader: len(events) / statistics.median(taken) for reader, taken in times.items()}


def _seconds(work: Run) -> float:
    """CPU seconds, as timeit measures: without the garbage of who ran before."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    work()
    taken = time.process_time() - start
    gc.enable()
    return taken


def _each(read: Callable[[Any], object], values: Sequence[Any]) -> None:
    for value in values:
        read(value)


def merge(events: Sequence[str]) -> list[object]:
    """What ingest and the API do between queue and answer, the table aside: each fact is an entry
    of its email's map, and the status is what they amount to."""
    records: dict[EmailId | None, dict[str, Fact]] = defaultdict(dict)
    for event in events:
        for each in read_event(event):
            records[each.email_id].setdefault(each.fact.identity, each.fact)
    facts = [list(record.values()) for record in records.values()]
    return [(outcome_of(each, Dispatch.DONE), signals_of(each)) for each in facts]


def _events(stories: Sequence[str]) -> Iterator[str]:
    """Each story told of an email of its own."""
    for number, story in enumerate(stories):
        address = f"guest{number}@correo.test"
        email = Attempt(
            email_id=an_email_id(address, request=number),
            address=address,
            attempt=f"at_{number:026}",
            sent_at=NOW + timedelta(seconds=number),
        )
        assert story in STORIES
        yield from email.tell(story)


def _of_replies(bounce: str) -> Iterator[str]:
    """The bounce once with each of our replies."""
    event = json.loads(bounce)
    (recipient,) = event["bounce"]["bouncedRecipients"]
    for row in reasons.read_lines(reasons.OUR_CORPORA[0]):
        recipient |= {"status": row["ses_status"], "diagnosticCode": row["ses_diagnosticCode"]}
        yield json.dumps(event)


def _is_bounce(event: str) -> bool:
    return '"eventType": "Bounce"' in event
