"""A verified sender is looked at for ever: what that does to its marketing, and who hears of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.findings import Finding
from bellhop.domain.authentication.standing import Effect, Standing
from bellhop.domain.authentication.watches import unpacked
from bellhop.domain.errors import NotAcceptedError, SenderStillDegradedError
from bellhop.domain.onboarding import new_run
from bellhop.domain.senders import Sender, SenderState
from bellhop.domain.tenant_settings import Resumption
from bellhop.usecases.resume_marketing import resume_marketing
from bellhop.usecases.watch_sender import Watching, watch_sender
from tests.builders import NOW, TENANT
from tests.unit.fakes import FakeAuthentication, FakeClock, FakeJobs, FakeSenders

GONE = Finding(code=Code.RECORD_MISSING, name="t1._domainkey.hotel-sol.test", authoritative=True)
SILENT = Finding(code=Code.TIMEOUT, name="t1._domainkey.hotel-sol.test")


class World:
    def __init__(self, resumption: Resumption = Resumption.BY_ITSELF) -> None:
        self.resumption = resumption
        self.clock = FakeClock(NOW)
        begun = Sender(
            tenant=TENANT,
            domain="hotel-sol.test",
            state=SenderState.VERIFIED,
            checked_at=NOW,
            run=new_run(NOW),
        )
        self.senders = FakeSenders(begun)
        self.dns, self.jobs = FakeAuthentication(), FakeJobs()
        self.told: list[tuple[str, Standing, Effect]] = []

    @property
    def sender(self):
        return self.senders.get(TENANT, "hotel-sol.test")

    def look(self, *findings: Finding, minutes: int = 10, **observed):
        self.clock.pass_time(minutes=minutes)
        self.dns.findings, self.dns.observed = findings, observed
        watching = Watching(
            authentication=self.dns,
            jobs=self.jobs,
            resumption_of=lambda _tenant: self.resumption,
            tell=self.hear,
        )
        watch_sender(self.sender, senders=self.senders, watching=watching, clock=self.clock)
        return self.sender

    def hear(self, sender, standing, effects):
        self.told += [(sender.domain, standing, effect) for effect in effects]


def test_each_look_queues_the_next_one_and_names_its_run():
    world = World()
    for _ in range(3):
        sender = world.look()
        following, _ = world.jobs.put_in[-1]
        assert sender.run == following.run
        assert following.not_before == world.clock.now + timedelta(hours=6)


def test_a_sender_in_doubt_is_looked_at_sooner():
    world = World()
    world.look()
    world.look(GONE)
    assert world.jobs.put_in[-1][0].not_before == world.clock.now + timedelta(minutes=10)


def test_a_sender_that_breaks_stops_its_marketing_until_it_is_back():
    world = World()
    world.look()
    assert [world.look(GONE).stops_marketing for _ in range(4)] == [False, False, True, True]
    watch = unpacked(world.sender.watch)
    assert (watch.standing, watch.findings) == (Standing.DEGRADED, (GONE,))
    assert not world.look().stops_marketing
    assert world.told == [
        ("hotel-sol.test", Standing.DEGRADED, Effect.ALARM),
        ("hotel-sol.test", Standing.VERIFIED, Effect.RECOVERED),
    ]


def test_a_dns_that_does_not_answer_stops_nothing():
    world = World()
    world.look()
    assert not any(world.look(SILENT).stops_marketing for _ in range(20))
    assert world.told == []


def test_what_changed_is_kept_with_before_and_after():
    world = World()
    world.look(TXT=("v=DMARC1; p=none",))
    world.look(TXT=())
    (change,) = unpacked(world.sender.watch).changes
    assert (change.before, change.after, change.at) == (
        ("v=DMARC1; p=none",),
        (),
        world.clock.now,
    )


def test_a_queue_that_does_not_answer_leaves_the_look_to_be_repeated():
    world = World()
    world.jobs.down = True
    before = world.sender
    with pytest.raises(NotAcceptedError):
        world.look()
    assert world.sender == before


def test_a_look_that_was_overtaken_says_and_writes_nothing():
    world = World()
    for _ in range(3):
        world.look(GONE)
    overtaken = replace(world.sender, run=new_run(NOW - timedelta(days=1)))
    newest = world.sender
    watching = Watching(
        authentication=world.dns,
        jobs=world.jobs,
        resumption_of=lambda _tenant: world.resumption,
        tell=world.hear,
    )
    world.told.clear()
    watch_sender(overtaken, senders=world.senders, watching=watching, clock=world.clock)
    assert world.sender == newest
    assert world.told == []


def fallen_and_back(resumption):
    world = World(resumption)
    world.look()
    for _ in range(3):
        world.look(GONE)
    assert world.sender.stops_marketing
    return world


def resume(world):
    return resume_marketing("hotel-sol.test", tenant=TENANT, senders=world.senders)


def test_by_click_marketing_waits_though_the_records_are_back():
    world = fallen_and_back(Resumption.BY_CLICK)
    sender = world.look()
    watch = unpacked(sender.watch)
    assert (watch.standing, watch.held, sender.stops_marketing) == (Standing.VERIFIED, True, True)
    assert world.look().stops_marketing
    for _ in range(2):  # a second click changes nothing
        assert not resume(world).stops_marketing
    assert not world.sender.stops_marketing
    assert not world.look().stops_marketing


def test_by_itself_needs_no_click():
    world = fallen_and_back(Resumption.BY_ITSELF)
    assert not world.look().stops_marketing
    assert not resume(world).stops_marketing


def test_no_click_helps_while_the_records_are_missing():
    world = fallen_and_back(Resumption.BY_CLICK)
    with pytest.raises(SenderStillDegradedError, match="not back"):
        resume(world)
    assert world.sender.stops_marketing


def test_a_look_that_comes_between_is_not_overwritten():
    world = fallen_and_back(Resumption.BY_CLICK)
    world.look()
    write, looks = world.senders.resume, []

    def slow(sender, *, watch_before):
        if not looks:
            looks.append(world.look(GONE))
        return write(sender, watch_before=watch_before)

    world.senders.resume = slow
    assert not resume(world).stops_marketing
    assert unpacked(world.sender.watch).against == 1
