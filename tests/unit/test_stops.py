"""What SES stops waits, is tried now and then, and goes on by itself; why is told."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bellhop.domain.catalogue import LANGUAGES, phrase
from bellhop.domain.emails import EmailClass
from bellhop.domain.stops import Stop, StopReason, StopScope
from bellhop.usecases.ports import SendOutcome
from bellhop.usecases.send_email import Sending
from bellhop.usecases.stops import Stops
from tests.builders import NOW, TENANT, Mailbox, an_email, an_email_id
from tests.unit.fakes import FakeClock, FakeStops
from tests.unit.test_send_email import World

SETS = {each: each.value for each in EmailClass}
ANOTHER_HOTEL = {
    "id": an_email_id(tenant="hotel-mar"),
    "tenant": "hotel-mar",
    "sender": Mailbox(address="a@hotel-mar.test"),
}
# Another email, and whether a stop of each scope concerns it as well.
OTHERS = {
    "same sender": ({}, set(StopScope)),
    "another guest": (
        {"id": an_email_id("leo@correo.test")},
        set(StopScope) - {StopScope.RECIPIENT},
    ),
    "another sender": (
        {"sender": Mailbox(address="a@spa.test")},
        set(StopScope) - {StopScope.SENDER},
    ),
    "another class": (
        {"email_class": EmailClass.MARKETING},
        set(StopScope) - {StopScope.LANE},
    ),
    "another hotel": (ANOTHER_HOTEL, {StopScope.ACCOUNT, StopScope.LANE}),
}


@pytest.mark.parametrize("reason", StopReason)
@pytest.mark.parametrize("other", OTHERS)
def test_a_stop_holds_back_what_it_concerns_and_nothing_else(reason, other):
    stops = Stops(FakeStops(), FakeClock(NOW), SETS)
    changes, concerned = OTHERS[other]
    stops.stopped(an_email(), reason, "words")
    found = stops.in_the_way(an_email(**changes))
    assert found == (reason if reason.scope in concerned else None)


def stopped(reason=StopReason.ACCOUNT_SUSPENDED):
    world = World(SendOutcome.REFUSED_FOR_NOW)
    world.ses.stop = reason
    sending = world.send(an_email())
    assert (sending, sending.leaves_queue) == (Sending.STOPPED, False)
    return world


def test_while_it_is_stopped_one_email_at_a_time_is_tried():
    world = stopped()
    world.ses.outcomes += [SendOutcome.REFUSED_FOR_NOW] * 1000
    calls = []
    for second in range(1, 601):
        world.clock.pass_time(seconds=1)
        for number in range(5):
            left = len(world.ses.outcomes)
            assert world.send(an_email(f"{number}@correo.test")) is Sending.STOPPED
            if len(world.ses.outcomes) < left:
                calls.append(second)
    assert calls[:4] == [5, 15, 35, 75]
    assert {later - call for call, later in pairwise(calls[4:])} == {60}


def test_to_ask_what_holds_an_email_takes_nobodys_try():
    clock = FakeClock(NOW)
    stops = Stops(FakeStops(), clock, SETS)
    stops.stopped(an_email(), StopReason.ACCOUNT_PAUSED, "words")
    clock.pass_time(seconds=6)
    assert [stops.holding(an_email()) for _ in range(2)] == [None, None]
    assert stops.in_the_way(an_email()) is None
    assert stops.holding(an_email()) is StopReason.ACCOUNT_PAUSED


def test_an_email_that_another_stop_holds_back_takes_nobodys_try():
    clock = FakeClock(NOW)
    stops = Stops(FakeStops(), clock, SETS)
    stops.stopped(an_email(), StopReason.DAILY_QUOTA_SPENT, "words")
    clock.pass_time(seconds=4)
    stops.stopped(an_email(), StopReason.MAIL_FROM_NOT_VERIFIED, "words")
    clock.pass_time(seconds=2)  # the account may be tried, this sender not yet
    assert stops.in_the_way(an_email()) is StopReason.MAIL_FROM_NOT_VERIFIED
    assert stops.in_the_way(an_email(**ANOTHER_HOTEL)) is None


def test_it_goes_on_by_itself_and_the_stop_is_forgotten():
    world = stopped()
    world.clock.pass_time(seconds=6)
    assert world.send(an_email("one@correo.test")) is Sending.SENT
    assert world.stop_items.kept == {}
    assert world.send(an_email("two@correo.test")) is Sending.SENT


def test_another_worker_forgets_the_stop_as_well():
    world = stopped()
    other = World()
    other.stop_items = world.stop_items
    other.stops = Stops(other.stop_items, other.clock, SETS)
    assert other.send(an_email("one@correo.test")) is Sending.SENT
    assert world.stop_items.kept == {}


def test_what_still_stands_for_another_sender_is_not_forgotten():
    world = stopped(StopReason.MAIL_FROM_NOT_VERIFIED)
    world.ses.stop = None
    assert world.send(an_email("a@x.test", sender=Mailbox(address="a@spa.test"))) is Sending.SENT
    assert [reason for reason, _ in world.stop_items.kept] == [StopReason.MAIL_FROM_NOT_VERIFIED]


def test_since_when_is_kept_and_written_once_a_minute():
    clock, items = FakeClock(NOW), FakeStops()
    stops = Stops(items, clock, SETS)
    for _ in range(600):
        stops.stopped(an_email(), StopReason.DAILY_QUOTA_SPENT, "Daily message quota exceeded.")
        clock.pass_time(seconds=1)
    (stop,) = items.kept.values()
    assert (stop.since, stop.words) == (NOW, "Daily message quota exceeded.")
    assert stop.seen_at == NOW + timedelta(minutes=9)
    assert items.writes == 10


def test_in_good_times_the_table_is_read_once_a_minute():
    world = World()
    for number in range(120):
        assert world.send(an_email(f"{number}@correo.test")) is Sending.SENT
        world.clock.pass_time(seconds=1)
    assert (world.stop_items.reads, world.stop_items.writes) == (2, 0)


def test_a_stopped_email_still_lapses():
    world = stopped()
    world.clock.pass_time(hours=72)
    assert world.send(an_email()) is Sending.LAPSED


def test_the_account_tells_since_when_and_why(crm, handler):
    stop = Stop(
        reason=StopReason.TENANT_PAUSED, name=TENANT, since=NOW, seen_at=NOW, words="SES says so."
    )
    assert crm.request("GET", "/v1/account")[1] == {"stops": []}
    handler.stops.kept[stop.reason, TENANT] = stop
    _, body, _ = crm.request("GET", "/v1/account", accept_language="es")
    (found,) = body["stops"]
    assert (found["scope"], found["reason"], found["words"]) == (
        "tenant",
        "tenant_paused",
        "SES says so.",
    )
    assert found["since"].startswith("2026-11-24T12:00:00")
    assert "hotel" in found["advice"]["sentence"]


@pytest.mark.parametrize(("domain", "is_told"), [("hotel-sol.test", True), ("spa.test", False)])
def test_a_waiting_email_says_what_holds_it_back(crm, handler, domain, is_told):
    reason = StopReason.MAIL_FROM_NOT_VERIFIED
    handler.stops.kept[reason, domain] = Stop(
        reason=reason, name=domain, since=NOW, seen_at=NOW, words=""
    )
    _, accepted, _ = crm.post()
    _, found, _ = crm.request("GET", accepted["emails"][0]["url"])
    assert found["status"] == "queued"
    assert (found["stopped"] is not None) == is_told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", StopReason)
def test_every_stop_has_its_words(language, reason):
    assert phrase(language, f"stop.{reason}.sentence").endswith(".")
    assert phrase(language, f"stop.{reason}.next_step").endswith(".")
