"""The status of an email is computed from its facts by looking up this table, never stored.

Arrival order decides nothing: within an attempt the strongest word counts (a bounce after a
delivery ends bounced), between attempts the better one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.readers import BOT, with_readers


class Status(StrEnum):
    """Where an email is."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    REJECTED = "rejected"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    UNKNOWN = "unknown"


class Signal(StrEnum):
    """What the recipient did with an email, beside its status."""

    OPENED = "opened"
    CLICKED = "clicked"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    AUTO_REPLIED = "auto_replied"


class Dispatch(StrEnum):
    """How far Bellhop itself is with an email: the only part of a record that moves."""

    WAITING = "waiting"  # may be claimed
    CLAIMED = "claimed"  # a worker holds it, or held it when it died
    DONE = "done"  # nothing more to call SES for


@dataclass(frozen=True, slots=True)
class Word:
    """What one fact says of the status.

    Attributes:
        status: what it makes of its attempt.
        strength: of the facts of one attempt the strongest decides; of equally strong ones, which
            all say the same, the first to happen.
    """

    status: Status
    strength: int


WORD_OF_FACT: dict[FactKind, Word] = {
    FactKind.BOUNCE: Word(Status.BOUNCED, 10),
    FactKind.DELIVERY: Word(Status.DELIVERED, 9),
    FactKind.COMPLAINT: Word(Status.DELIVERED, 8),  # nobody complains of what did not arrive
    FactKind.AUTO_REPLY: Word(Status.DELIVERED, 8),  # nor answers it
    FactKind.OPEN: Word(Status.DELIVERED, 8),  # nor reads it
    FactKind.CLICK: Word(Status.DELIVERED, 8),
    FactKind.SUBSCRIPTION: Word(Status.DELIVERED, 8),
    FactKind.UNSUBSCRIPTION: Word(Status.DELIVERED, 8),
    FactKind.REJECT: Word(Status.REJECTED, 6),
    FactKind.RENDERING_FAILURE: Word(Status.FAILED, 5),
    FactKind.DELAY: Word(Status.DELAYED, 4),
    FactKind.SENT: Word(Status.SENT, 3),
    FactKind.SEND: Word(Status.SENT, 2),  # says the same, and is often not written down
    FactKind.REPORT: Word(Status.SENT, 2),  # whatever is heard of an attempt, SES has taken it
    FactKind.UNRECOGNISED: Word(Status.SENT, 2),
    FactKind.REFUSED: Word(Status.FAILED, 1),  # so an event shows that SES did not refuse
    FactKind.UNKNOWN: Word(Status.UNKNOWN, 0),  # anything that SES says knows more
    FactKind.SUPPRESSED: Word(Status.SUPPRESSED, -1),
    FactKind.CANCELLED: Word(Status.CANCELLED, -2),
    FactKind.LAPSED: Word(Status.LAPSED, -3),
    FactKind.PARKED: Word(Status.FAILED, -4),  # an operator may have returned it to its queue
}

# Where a fact's detail has this entry, it says less than its kind does.
WORD_OF_DETAIL: dict[tuple[str, str], Word] = {
    ("reason", "suppressed"): Word(Status.SUPPRESSED, 7),  # a bounce of what SES never tried
    ("by", BOT): Word(Status.SENT, 2),  # a scanner reads what its server may still refuse
}

# Of two attempts the one whose status stands further left counts.
BETTER_FIRST = (
    Status.DELIVERED,
    Status.DELAYED,  # more is known than of one that is sent
    Status.SENT,
    Status.BOUNCED,
    Status.SUPPRESSED,
    Status.UNKNOWN,  # it may have arrived; of the rest is known that it did not
    Status.REJECTED,
    Status.FAILED,
    Status.CANCELLED,
    Status.LAPSED,
)

SIGNAL_OF_FACT: dict[FactKind, Signal] = {
    FactKind.COMPLAINT: Signal.COMPLAINED,
    FactKind.AUTO_REPLY: Signal.AUTO_REPLIED,
    FactKind.OPEN: Signal.OPENED,
    FactKind.CLICK: Signal.CLICKED,
    FactKind.UNSUBSCRIPTION: Signal.UNSUBSCRIBED,
}

STATUS_OF_DISPATCH: dict[Dispatch, Status] = {
    Dispatch.WAITING: Status.QUEUED,
    Dispatch.CLAIMED: Status.SENDING,
    Dispatch.DONE: Status.SENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the facts say.

    Attributes:
        status: where the email is.
        since: when it got there, or ``None`` while no fact is known.
        fact: the fact that decides, or ``None``.
    """

    status: Status
    since: datetime | None = None
    fact: Fact | None = None


def outcome_of(facts: Iterable[Fact], dispatch: Dispatch) -> Outcome:
    """The status that ``facts`` amount to, whatever their order.

    Whatever ends an email ends Bellhop's part as well. So facts of one that waits or is held say
    only that it was parked before, and an operator has returned it to its queue.
    """
    if dispatch is not Dispatch.DONE:
        return Outcome(status=STATUS_OF_DISPATCH[dispatch])
    of_attempt: dict[str | None, list[Fact]] = {}
    for fact in facts:
        of_attempt.setdefault(fact.attempt, []).append(fact)
    if not of_attempt:
        return Outcome(status=STATUS_OF_DISPATCH[dispatch])
    outcomes = [_first(known, _within) for known in of_attempt.values()]
    decisive = _first(outcomes, _between)
    return Outcome(status=word_of(decisive).status, since=decisive.at, fact=decisive)


def _first(facts: Sequence[Fact], rank: Callable[[Fact], tuple[int, float, str]]) -> Fact:
    """The fact of the highest rank; most emails have one attempt, and many one fact."""
    return facts[0] if len(facts) == 1 else max(facts, key=rank)


def word_of(fact: Fact) -> Word:
    """What a fact says of its attempt's status."""
    for (name, value), word in WORD_OF_DETAIL.items():
        if fact.detail.get(name) == value:
            return word
    return WORD_OF_FACT[fact.kind]


def _within(fact: Fact) -> tuple[int, float, str]:
    """Orders the facts of one attempt."""
    return word_of(fact).strength, -fact.at.timestamp(), fact.identity


def _between(fact: Fact) -> tuple[int, float, str]:
    """Orders the outcomes of attempts; of two with the same status the first to happen counts."""
    return -BETTER_FIRST.index(word_of(fact).status), -fact.at.timestamp(), fact.identity


def signals_of(facts: Iterable[Fact]) -> dict[Signal, datetime]:
    """Each signal with the time it was first given, by people: a scanner's clicks are none."""
    first: dict[Signal, datetime] = {}
    for fact in with_readers(facts):
        signal = SIGNAL_OF_FACT.get(fact.kind)
        if fact.detail.get("by") == BOT:
            continue
        if signal and (signal not in first or fact.at < first[signal]):
            first[signal] = fact.at
    return dict(sorted(first.items()))


def timeline_of(facts: Iterable[Fact]) -> list[Fact]:
    """The facts in the order in which they happened, each thing told once.

    SES's Send event is written only where it comes before its own answer is; so that the order of
    arrival shows nowhere, it is left out beside that answer.
    """
    known = with_readers(facts)
    sent = {fact.attempt for fact in known if fact.kind is FactKind.SENT}
    told = [f for f in known if not (f.kind is FactKind.SEND and f.attempt in sent)]
    return sorted(told, key=lambda fact: (fact.at, fact.identity))


def was_accepted_first(facts: Iterable[Fact]) -> bool:
    """Whether the email bounced after the recipient's server had taken it."""
    known = list(facts)
    bounce = outcome_of(known, Dispatch.DONE).fact
    if bounce is None or bounce.kind is not FactKind.BOUNCE:
        return False
    return any(f.kind is FactKind.DELIVERY and f.attempt == bounce.attempt for f in known)
