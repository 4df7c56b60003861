"""Workers that know nothing of each other stay below SES's rate, by a limiter that is not ours."""

import heapq
import random
from collections import deque

import pytest

from bellhop.domain.emails import EmailClass
from bellhop.usecases.pacing import SHARE, SLOW_FOR, Pacer

EMAILS = 2_000
LONGEST_CALL = 0.3  # seconds


class Limiter:
    """SES's rate as one may think of it: so many calls within any second, and no more."""

    def __init__(self, rate: float) -> None:
        self.calls: deque[float] = deque()
        self.rate, self.refused = rate, 0

    def takes(self, now: float) -> bool:
        while self.calls and self.calls[0] <= now - 1:
            self.calls.popleft()
        if len(self.calls) >= self.rate:
            self.refused += 1
            return False
        self.calls.append(now)
        return True


class Lane:
    """The workers of a lane and what waits for them; the time of the whole world is in `now`."""

    def __init__(self, world, email_class, emails, workers) -> None:
        self.sent: list[float] = []
        self.world, self.waiting = world, emails
        self.pacers = [
            Pacer(
                rate=lambda: world.limiter.rate,
                share=SHARE[email_class],
                workers=workers,
                monotonic=lambda: world.now,
            )
            for _ in range(workers)
        ]
        for pacer in self.pacers:
            world.schedule(world.random.random(), self.work, pacer)

    def work(self, pacer) -> None:
        """One step of one worker: waits for its time, or calls SES."""
        if not self.waiting:
            return
        if (wait := pacer.wait()) > 0:
            self.world.schedule(wait, self.work, pacer)
            return
        pacer.begin()
        if self.world.limiter.takes(self.world.now):
            self.waiting -= 1
            self.sent.append(self.world.now)
        else:
            pacer.throttled()
        self.world.schedule(self.world.random.uniform(0.02, LONGEST_CALL), self.work, pacer)


class World:
    def __init__(self, rate: float, seed: int) -> None:
        self.limiter, self.random, self.now = Limiter(rate), random.Random(seed), 0.0  # noqa: S311 (repeatable, not secret)
        self._due: list = []
        self._number = 0

    def schedule(self, seconds, step, *arguments) -> None:
        self._number += 1
        heapq.heappush(self._due, (self.now + seconds, self._number, step, arguments))

    def run(self) -> None:
        while self._due:
            self.now, _, step, arguments = heapq.heappop(self._due)
            step(*arguments)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("rate", "workers"), [(14, 2), (50, 5)])
def test_a_burst_of_2000_confirmations_is_sent_whole_beside_a_full_marketing_lane(
    seed, rate, workers
):
    world = World(rate=rate, seed=seed)
    transactional = Lane(world, EmailClass.TRANSACTIONAL, EMAILS, workers)
    marketing = Lane(world, EmailClass.MARKETING, EMAILS, workers)
    world.run()
    assert (len(transactional.sent), len(marketing.sent)) == (EMAILS, EMAILS)
    assert world.limiter.refused <= 2 * EMAILS * 0.001
    pace = rate * SHARE[EmailClass.TRANSACTIONAL]
    assert max(transactional.sent) < EMAILS * (1 / pace + LONGEST_CALL / workers)


def test_a_full_marketing_lane_delays_no_confirmation():
    alone, beside = World(rate=14, seed=7), World(rate=14, seed=7)
    one = Lane(alone, EmailClass.TRANSACTIONAL, 200, 2)
    other = Lane(beside, EmailClass.TRANSACTIONAL, 200, 2)
    Lane(beside, EmailClass.MARKETING, EMAILS, 2)
    for world in (alone, beside):
        world.run()
    assert max(other.sent) <= max(one.sent) * 1.02


def test_the_first_email_waits_for_nobody():
    pacer = Pacer(rate=lambda: 1, share=0.7, workers=5, monotonic=lambda: 100.0)
    assert pacer.wait() == 0


def test_a_throttle_halves_the_pace_for_a_minute_and_a_new_rate_is_followed():
    now, rate = [0.0], [10.0]
    pacer = Pacer(rate=lambda: rate[0], share=0.5, workers=5, monotonic=lambda: now[0])
    waits = []
    for at in (0, 10, SLOW_FOR + 1):
        now[0] = at
        if at == 0:
            pacer.throttled()
        pacer.begin()
        waits.append(pacer.wait())
    rate[0] = 100.0
    now[0] += 10
    pacer.begin()
    assert waits == pytest.approx([2, 2, 1])
    assert pacer.wait() == pytest.approx(0.1)
