"""Workers that stand still before each call that leaves their process, until they are told how it
ends: so that several of them can be interleaved in every way, and killed anywhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from greenlet import greenlet


class Ending(StrEnum):
    """How a call to the table ends, as its caller meets it."""

    ANSWERED = "answered"
    REPEATED = "repeated"  # the answer was lost, and the client asked again at once
    STRAGGLES = "straggles"  # answered; a copy that was thought lost reaches the table later
    FAILED = "failed"  # without effect
    UNANSWERED = "unanswered"  # with effect


class Reach(StrEnum):
    """How far the call had come during which a worker was killed."""

    NOWHERE = "nowhere"
    THERE = "there"
    ON_ITS_WAY = "on_its_way"  # it reaches the table or SES later


class TableFailedError(Exception):
    """What a store raises when the table gives no answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a worker is about to do."""

    name: str
    effect: Callable[[], Any]


class Stepped:
    """A port each of whose calls waits until the worker is told how it ends."""

    def __init__(self, name: str, port: object) -> None:
        self._name = name
        self._port = port

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def wait(*arguments: Any) -> Any:
            method = getattr(self._port, operation)
            call = Call(f"{self._name}.{operation}", lambda: method(*arguments))
            parent = greenlet.getcurrent().parent
            assert parent is not None, "only a worker calls a stepped port"
            return parent.switch(call)

        return wait


@dataclass(eq=False)
class Running:
    """One look of one worker at one queue message.

    Attributes:
        call: what it is about to do; ``None`` when it has ended.
        result: what it returned, or ``None`` where it was killed or raised.
        failed_calls: to which it got no answer.
    """

    work: Callable[[], Any]
    call: Call | None = None
    result: Any = None
    failed_calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._greenlet = greenlet(self.work)

    def start(self) -> None:
        """Runs up to the first call."""
        self._go(self._greenlet.switch)

    def step(self, ending: Ending = Ending.ANSWERED) -> Callable[[], Any] | None:
        """Runs up to the next call; what straggles, where something does."""
        call = self._waiting()
        if ending in {Ending.REPEATED, Ending.UNANSWERED}:
            call.effect()
        if ending in {Ending.FAILED, Ending.UNANSWERED}:
            self.failed_calls.append(call.name)
            self._go(self._greenlet.throw, TableFailedError(call.name))
            return None
        self.give(call.effect())
        return call.effect if ending is Ending.STRAGGLES else None

    def give(self, value: Any) -> None:
        """Gives the pending call this answer, and runs up to the next one."""
        self._go(self._greenlet.switch, value)

    def kill(self, reach: Reach) -> Callable[[], Any] | None:
        """Ends it as the end of its process does; what is still on its way, where something is."""
        call, self.call = self._waiting(), None
        self._greenlet.throw()  # GreenletExit, which no `except Exception` catches
        if reach is Reach.THERE:
            call.effect()
        return call.effect if reach is Reach.ON_ITS_WAY else None

    def _waiting(self) -> Call:
        assert self.call is not None, "it has ended"
        return self.call

    def _go(self, resume: Callable[..., Any], *arguments: Any) -> None:
        self.call = None
        try:
            outcome = resume(*arguments)
        except TableFailedError:
            return
        if self._greenlet.dead:
            self.result = outcome
        else:
            self.call = outcome
