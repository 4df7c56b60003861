"""What is broken at every step: each way that an email can go."""

from __future__ import annotations

from datetime import timedelta

from bellhop.domain.emails import Guarantee
from tests.integration.breaking.life import Life, Message, Scenario
from tests.integration.breaking.wire import Answer

ONCE = Guarantee.AT_MOST_ONCE


def _is_too_late(life: Life) -> None:
    life.wire.clock.now += timedelta(hours=73)


def _garbage_in_the_lane(life: Life) -> None:
    life.wire.queued.append('{"version": 99}')


def _garbage_among_events(life: Life) -> None:
    life.events.append(Message("no event"))


SCENARIOS = (
    Scenario(name="delivered"),
    Scenario(name="delivered, at most once", guarantee=ONCE),
    Scenario(name="delivered, and no event ever comes", is_silent=True),
    Scenario(name="no event ever comes, at most once", is_silent=True, guarantee=ONCE),
    Scenario(name="a batch of three", items=3),
    Scenario(name="bounced, and the guest suppressed", story="unknown user"),
    Scenario(name="bounced, and the bounces counted", story="full"),
    Scenario(name="throttled, then taken", answers=[Answer.THROTTLED]),
    Scenario(name="paused, then taken", answers=[Answer.PAUSED]),
    Scenario(name="refused for good", answers=[Answer.REFUSED]),
    Scenario(name="taken, and the answer lost", answers=[Answer.TAKEN_UNHEARD]),
    Scenario(name="lost, and sent again", answers=[Answer.LOST]),
    Scenario(name="lost, at most once", answers=[Answer.LOST], guarantee=ONCE),
    Scenario(name="lost, and the second try throttled", answers=[Answer.LOST, Answer.THROTTLED]),
    Scenario(name="suppressed before", first=Life.suppress),
    Scenario(name="suppressed while it waits", then=Life.suppress),
    Scenario(name="erased while it waits", then=Life.erase),
    Scenario(name="cancelled while it waits", then=Life.cancel),
    Scenario(name="its time passes", then=_is_too_late),
    Scenario(name="parked after its last look", answers=[Answer.THROTTLED], receives=94),
    Scenario(name="a queue message that is no email", then=_garbage_in_the_lane),
    Scenario(name="an event that is none", then=_garbage_among_events),
)
