"""SES on a bad day, by a seed: calls that fail in every way, events that come as they like."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from enum import StrEnum
from threading import Lock

from local.ses.disturbance import Disturbance, Scheduled
from local.ses.events import Event
from local.ses.server import Answer, Cut


class Trouble(StrEnum):
    """One way in which a call or an event goes wrong; each has a rate in the settings."""

    THROTTLED = "throttled"
    FAILED_BEFORE = "failed_before"
    CUT_BEFORE = "cut_before"
    FAILED_AFTER = "failed_after"
    CUT_AFTER = "cut_after"
    CUT_BODY = "cut_body"
    SHORT_BODY = "short_body"
    DROPPED = "dropped"
    REORDERED = "reordered"
    LATE = "late"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaosSettings:
    """How bad the day is. Rates are probabilities from 0 to 1, all 0 unless given."""

    seed: int
    """Decides every draw: the n-th call, and each event, of each recipient meet the same again."""
    operations: frozenset[str] = frozenset({"SendEmail"})
    """The operations whose calls are disturbed."""

    throttled: float = 0.0
    """429 `TooManyRequestsException`; the call has no effect."""
    failed_before: float = 0.0
    """500; the call has no effect."""
    cut_before: float = 0.0
    """The connection ends without an answer; the call has no effect."""
    failed_after: float = 0.0
    """500; the email goes out all the same."""
    cut_after: float = 0.0
    """The connection ends without an answer; the email goes out."""
    cut_body: float = 0.0
    """200, and the connection ends in the middle of the body; the email goes out."""
    short_body: float = 0.0
    """200 with half of its body, complete as far as HTTP can tell; the email goes out."""

    dropped: float = 0.0
    """The event never comes."""
    reordered: float = 0.0
    """A message's events come in any order, each at some time within `longest_delay`."""
    late: float = 0.0
    """The event comes after half to all of `longest_delay`."""
    repeated: float = 0.0
    """The event comes a second time, within `longest_delay`."""
    longest_delay: timedelta = timedelta(seconds=3)
    """How late an event may be. Events on AWS come within seconds, on bad days within hours."""
    stopped: bool = False
    """No event comes at all, until `change` says otherwise; they are lost."""

    def __post_init__(self) -> None:
        for trouble in Trouble:
            rate = getattr(self, trouble)
            if not 0 <= rate <= 1:
                raise ValueError(f"{trouble} is {rate}; a rate is a probability from 0 to 1")
        for troubles in (_BEFORE, _AFTER):
            if (total := sum(getattr(self, trouble) for trouble in troubles)) > 1:
                raise ValueError(f"{', '.join(troubles)} add up to {total}; at most 1 can happen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What chaos has done so far."""

    troubles: Counter[Trouble] = field(default_factory=Counter)
    """How often each kind happened."""
    dropped: list[Event] = field(default_factory=list)
    """The events that never came."""
    calls: Mapping[str, Sequence[Trouble | None]] = field(default_factory=dict)
    """By recipient, what each call met; None: nothing. What SES itself refused is left out."""

    def taken(self, recipient: str) -> list[Trouble | None]:
        """Those of the recipient's calls that had their effect."""
        return [each for each in self.calls.get(recipient, ()) if each not in _BEFORE]


class Chaos(Disturbance):
    """Bends calls and events at random; many threads may use it."""

    def __init__(self, settings: ChaosSettings) -> None:
        self._settings = settings
        self._troubles: Counter[Trouble] = Counter()
        self._dropped: list[Event] = []
        self._calls: defaultdict[str, list[Trouble | None]] = defaultdict(list)
        self._draws: Counter[str] = Counter()
        self._lock = Lock()

    def change(self, **changes: object) -> None:
        """Changes settings from now on: `change(stopped=True)`.

        Raises TypeError for a field that is not there, ValueError for a rate that cannot be.
        """
        known = {each.name for each in fields(ChaosSettings)}
        if wrong := set(changes) - known:
            raise TypeError(f"{sorted(wrong)} are no settings of chaos; these are: {sorted(known)}")
        self._settings = replace(self._settings, **changes)  # type: ignore[arg-type]  # checked by name above, by value in __post_init__

    def tally(self) -> Tally:
        """A copy of what has happened so far."""
        with self._lock:
            return Tally(
                troubles=Counter(self._troubles),
                dropped=list(self._dropped),
                calls={recipient: list(met) for recipient, met in self._calls.items()},
            )

    def refusal(self, operation: str, recipients: str) -> Answer | None:
        trouble = self._trouble_of_call("before", operation, recipients, _BEFORE)
        if trouble is None:
            return None
        self._met(operation, recipients, trouble)
        return _BEFORE[trouble]

    def answer(self, operation: str, recipients: str, answer: Answer) -> Answer:
        if answer.status != 200:  # it had no effect; enough has gone wrong
            return answer
        trouble = self._trouble_of_call("after", operation, recipients, _AFTER)
        self._met(operation, recipients, trouble)
        return _AFTER[trouble](answer) if trouble else answer

    def events(self, event: Event) -> Sequence[Scheduled]:
        settings, recipient = self._settings, ",".join(event.message.destination)
        of_event = self._random(f"{recipient} {event.type}")
        if settings.stopped or of_event.random() < settings.dropped:
            self._note(Trouble.DROPPED, event)
            return []
        delay = self._delay(of_event, reordered=self._is_reordered(recipient))
        scheduled = [Scheduled(event=event, delay=delay)]
        if of_event.random() < settings.repeated:
            self._note(Trouble.REPEATED)
            again = delay + settings.longest_delay * of_event.random()
            scheduled.append(Scheduled(event=event, delay=again))
        return scheduled

    def _delay(self, of_event: random.Random, *, reordered: bool) -> timedelta:
        late, part = of_event.random() < self._settings.late, of_event.random()
        if reordered:
            self._note(Trouble.REORDERED)
            return self._settings.longest_delay * part
        if late:
            self._note(Trouble.LATE)
            return self._settings.longest_delay * (0.5 + part / 2)
        return timedelta(0)

    def _is_reordered(self, recipient: str) -> bool:
        """The same for all events of one recipient: they change places with each other."""
        draw = random.Random(f"{self._settings.seed} order of {recipient}").random()  # noqa: S311 (repeatable, not secret)
        return draw < self._settings.reordered

    def _trouble_of_call(
        self, moment: str, operation: str, recipients: str, troubles: Mapping[Trouble, object]
    ) -> Trouble | None:
        if operation not in self._settings.operations:
            return None
        draw = self._random(f"{moment} {operation} {recipients}").random()
        for trouble in troubles:
            draw -= getattr(self._settings, trouble)
            if draw < 0:
                self._note(trouble)
                return trouble
        return None

    def _random(self, what: str) -> random.Random:
        """The draws for the next thing of this name, the same in each run with the same seed."""
        with self._lock:
            self._draws[what] += 1
            number = self._draws[what]
        return random.Random(f"{self._settings.seed} {what} {number}")  # noqa: S311 (repeatable, not secret)

    def _met(self, operation: str, recipients: str, trouble: Trouble | None) -> None:
        if operation in self._settings.operations:
            with self._lock:
                self._calls[recipients].append(trouble)

    def _note(self, trouble: Trouble, dropped: Event | None = None) -> None:
        with self._lock:
            self._troubles[trouble] += 1
            if dropped:
                self._dropped.append(dropped)


def error(status: int, code: str, message: str) -> Answer:
    """An error as SES answers it."""
    return Answer(
        status=status,
        body=json.dumps({"message": message}).encode(),
        headers={"x-amzn-ErrorType": code, "Content-Type": "application/json"},
    )


THROTTLED = error(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
FAILED = error(500, "InternalServiceErrorException", "Internal failure.")

_BEFORE: Mapping[Trouble, Answer] = {
    Trouble.THROTTLED: THROTTLED,
    Trouble.FAILED_BEFORE: FAILED,
    Trouble.CUT_BEFORE: replace(FAILED, cut=Cut.BEFORE),
}
_AFTER: Mapping[Trouble, Callable[[Answer], Answer]] = {
    Trouble.FAILED_AFTER: lambda _answer: FAILED,
    Trouble.CUT_AFTER: lambda answer: replace(answer, cut=Cut.BEFORE),
    Trouble.CUT_BODY: lambda answer: replace(answer, cut=Cut.BODY),
    Trouble.SHORT_BODY: lambda answer: replace(answer, body=answer.body[: len(answer.body) // 2]),
}
