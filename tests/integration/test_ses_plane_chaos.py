"""Chaos, by a seed: calls fail in every way with and without effect, events come as they like."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from local.ses import Chaos, ChaosSettings
from local.ses.chaos import Trouble
from tests.integration.local_ses import LocalSes, running, set_up_sender

SEED = 20261125
GUEST = "elena.ruiz@correo.test"
IDLE = timedelta(seconds=20)


@pytest.fixture(scope="module")
def calm() -> Chaos:
    return Chaos(ChaosSettings(seed=SEED))


@pytest.fixture(scope="module")
def ses(tmp_path_factory: pytest.TempPathFactory, calm: Chaos) -> Iterator[LocalSes]:
    with running(tmp_path_factory.mktemp("ses"), disturbance=calm) as started:
        set_up_sender(started)
        yield started


@contextmanager
def _with(calm: Chaos, **changes: Any) -> Iterator[None]:
    """Other settings, for as long as the context lasts."""
    before = {name: getattr(ChaosSettings(seed=SEED), name) for name in changes}
    calm.change(**changes)
    try:
        yield
    finally:
        calm.change(**before)


def _accepted(ses: LocalSes, recipient: str) -> int:
    """How often the recipient's server took a message."""
    assert ses.service.wait_until_idle(IDLE)
    return len(ses.internet.transcripts.for_recipient(recipient))


@pytest.mark.parametrize(
    ("trouble", "effect"),
    [
        (Trouble.THROTTLED, 0),
        (Trouble.FAILED_BEFORE, 0),
        (Trouble.CUT_BEFORE, 0),
        (Trouble.FAILED_AFTER, 1),
        (Trouble.CUT_AFTER, 1),
        (Trouble.CUT_BODY, 1),
    ],
)
def test_a_call_fails_with_or_without_effect(
    ses: LocalSes, calm: Chaos, trouble: Trouble, effect: int
) -> None:
    recipient = f"elena.ruiz+{trouble}@correo.test"
    with _with(calm, **{trouble: 1.0}), pytest.raises((ClientError, ConnectionClosedError)) as met:
        ses.send(recipient)
    is_cut = trouble in {Trouble.CUT_BEFORE, Trouble.CUT_AFTER, Trouble.CUT_BODY}
    assert isinstance(met.value, ConnectionClosedError) is is_cut
    assert _accepted(ses, recipient) == effect


def test_the_errors_are_those_of_ses(ses: LocalSes, calm: Chaos) -> None:
    met = []
    for trouble in (Trouble.THROTTLED, Trouble.FAILED_AFTER):
        with _with(calm, **{trouble: 1.0}), pytest.raises(ClientError) as raised:
            ses.send(GUEST)
        response = raised.value.response
        met.append((response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]))
    assert met == [(429, "TooManyRequestsException"), (500, "InternalServiceErrorException")]


def test_a_short_body_looks_like_success_without_an_id(ses: LocalSes, calm: Chaos) -> None:
    with _with(calm, short_body=1.0), pytest.raises(KeyError, match="MessageId"):
        ses.send("elena.ruiz+short@correo.test")
    assert _accepted(ses, "elena.ruiz+short@correo.test") == 1


def test_other_operations_are_left_alone(ses: LocalSes, calm: Chaos) -> None:
    with _with(calm, throttled=1.0):
        assert ses.client.get_account()["SendingEnabled"]


def test_dropped_events_are_counted_and_named(ses: LocalSes, calm: Chaos) -> None:
    with _with(calm, dropped=1.0):
        message_id = ses.send("elena.ruiz+dropped@correo.test")
        assert ses.service.wait_until_idle(IDLE)
    assert ses.topic.events(message_id) == []
    lost = [e.type for e in calm.tally().dropped if e.message.message_id == message_id]
    assert lost == ["SEND", "DELIVERY"]


def test_stopped_events_flow_again(ses: LocalSes, calm: Chaos) -> None:
    with _with(calm, stopped=True):
        silent = ses.send(GUEST)
        assert ses.service.wait_until_idle(IDLE)
    heard = ses.send(GUEST)
    ses.topic.wait_for(heard, "Delivery")
    assert ses.topic.events(silent) == []


def test_repeated_events_are_the_same_twice(ses: LocalSes, calm: Chaos) -> None:
    with _with(calm, repeated=1.0, longest_delay=timedelta(milliseconds=50)):
        message_id = ses.send(GUEST)
        ses.topic.wait_for(message_id, "Delivery", count=2)
        assert ses.service.wait_until_idle(IDLE)
    events = ses.topic.events(message_id)
    assert Counter(each["eventType"] for each in events) == {"Send": 2, "Delivery": 2}
    assert all(events.count(each) == 2 for each in events)


def test_late_events_come_after_half_the_longest_delay(ses: LocalSes, calm: Chaos) -> None:
    with _with(calm, late=1.0, longest_delay=timedelta(seconds=0.6)):
        message_id = ses.send("elena.ruiz+late@correo.test")
        transcripts = ses.internet.transcripts
        transcripts.wait_for(lambda all_: any("+late@" in each.recipient for each in all_))
        assert ses.topic.events(message_id) == []
        ses.topic.wait_for(message_id, "Delivery")


def test_reordered_events_change_places(ses: LocalSes, calm: Chaos) -> None:
    with _with(calm, reordered=1.0, longest_delay=timedelta(seconds=0.6)):
        messages = [ses.send(f"elena.ruiz+order{number}@correo.test") for number in range(8)]
        assert ses.service.wait_until_idle(IDLE)
    orders = {tuple(ses.topic.types(message_id)) for message_id in messages}
    assert orders == {("Send", "Delivery"), ("Delivery", "Send")}


def test_the_same_seed_makes_the_same_troubles() -> None:
    def day(seed: int, order: int = 1) -> list[Any]:
        chaos = Chaos(ChaosSettings(seed=seed, throttled=0.3, cut_before=0.1))
        calls = [f"elena.ruiz+{number % 100}@correo.test" for number in range(200)]
        random.Random(order).shuffle(calls)  # noqa: S311 - shuffles, hides nothing
        met: dict[str, list[Any]] = defaultdict(list)
        for recipient in calls:
            met[recipient].append(chaos.refusal("SendEmail", recipient))
        return [answer for recipient in sorted(met) for answer in met[recipient]]

    assert day(1) == day(1, order=2), "calls that change places meet the same"
    assert day(1) != day(2)
    assert 60 <= sum(answer is not None for answer in day(1)) <= 100


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"late": 1.5}, "late is 1.5; a rate is a probability"),
        ({"throttled": 0.6, "cut_before": 0.6}, "add up to 1.2"),
    ],
)
def test_a_rate_that_cannot_be_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ChaosSettings(seed=1, **changes)


def test_a_setting_that_is_not_there_is_refused(calm: Chaos) -> None:
    with pytest.raises(TypeError, match="'throtled'"):
        calm.change(throtled=1.0)
