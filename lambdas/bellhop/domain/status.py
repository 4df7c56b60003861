"""The status of an email is computed from its facts by looking up this table, never stored.

Arrival order decides nothing: within an attempt the strongest word counts (a bounce after a
delivery ends bounced), between attempts the better one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bellhop.domain.facts import Fact, FactKind


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


# A row per kind of fact: what it makes of the email, how it ranks against other facts of the same
# attempt (the strongest decides) and against another attempt's outcome (the better one counts).
# Ranks are compared within their column only; the higher one wins.
STATUS_OF_FACT: dict[FactKind, tuple[Status, int, int]] = {
    #               status, rank within the attempt, rank between attempts
    FactKind.BOUNCE: (Status.BOUNCED, 8, 3),
    FactKind.DELIVERY: (Status.DELIVERED, 7, 6),
    FactKind.COMPLAINT: (Status.DELIVERED, 6, 6),  # nobody complains of what did not arrive
    FactKind.AUTO_REPLY: (Status.DELIVERED, 6, 6),  # nor answers it
    FactKind.OPEN: (Status.DELIVERED, 6, 6),  # nor reads it
    FactKind.CLICK: (Status.DELIVERED, 6, 6),
    FactKind.SUBSCRIPTION: (Status.DELIVERED, 6, 6),
    FactKind.UNSUBSCRIPTION: (Status.DELIVERED, 6, 6),
    FactKind.REJECT: (Status.REJECTED, 5, 2),
    FactKind.RENDERING_FAILURE: (Status.FAILED, 5, 1),
    FactKind.REFUSED: (Status.FAILED, 5, 1),
    FactKind.DELAY: (Status.DELAYED, 4, 4),
    FactKind.SENT: (Status.SENT, 3, 5),
    FactKind.SEND: (Status.SENT, 2, 5),  # says the same, and is often not written down
    FactKind.SUPPRESSED: (Status.SUPPRESSED, 1, 0),
    FactKind.LAPSED: (Status.LAPSED, 1, 0),
}

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

# The reason of a bounce that was never tried: the address stands on a suppression list of SES's.
_NEVER_TRIED = "suppressed"


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
    """The status that ``facts`` amount to, whatever their order."""
    strongest: dict[str | None, Fact] = {}
    for fact in facts:
        if fact.kind not in STATUS_OF_FACT:
            continue
        held = strongest.get(fact.attempt)
        if held is None or _within(fact) > _within(held):
            strongest[fact.attempt] = fact
    if not strongest:
        return Outcome(status=STATUS_OF_DISPATCH[dispatch])
    decisive = max(strongest.values(), key=_between)
    status = STATUS_OF_FACT[decisive.kind][0]
    if decisive.kind is FactKind.BOUNCE and decisive.detail.get("reason") == _NEVER_TRIED:
        status = Status.SUPPRESSED
    return Outcome(status=status, since=decisive.at, fact=decisive)


def _within(fact: Fact) -> tuple[int, float, str]:
    """Orders the facts of one attempt; of two equal in rank the first to happen counts."""
    return STATUS_OF_FACT[fact.kind][1], -fact.at.timestamp(), fact.identity


def _between(fact: Fact) -> tuple[int, float, str]:
    """Orders the outcomes of attempts; of two equal in rank the first to happen counts."""
    return STATUS_OF_FACT[fact.kind][2], -fact.at.timestamp(), fact.identity


def signals_of(facts: Iterable[Fact]) -> dict[Signal, datetime]:
    """Each signal with the time it was first given, by people: a scanner's clicks are none."""
    first: dict[Signal, datetime] = {}
    for fact in facts:
        signal = SIGNAL_OF_FACT.get(fact.kind)
        if fact.detail.get("by") == "bot":
            continue
        if signal and (signal not in first or fact.at < first[signal]):
            first[signal] = fact.at
    return dict(sorted(first.items()))


def timeline_of(facts: Iterable[Fact]) -> list[Fact]:
    """The facts in the order in which they happened, each thing told once.

    SES's Send event is written only where it comes before its own answer is; so that the order of
    arrival shows nowhere, it is left out beside that answer.
    """
    known = list(facts)
    sent = {fact.attempt for fact in known if fact.kind is FactKind.SENT}
    told = [f for f in known if not (f.kind is FactKind.SEND and f.attempt in sent)]
    return sorted(told, key=lambda fact: (fact.at, fact.identity))


def was_accepted_first(facts: Iterable[Fact]) -> bool:
    """Whether the recipient's server had taken an email that bounced afterwards."""
    kinds = {fact.kind for fact in facts}
    return {FactKind.BOUNCE, FactKind.DELIVERY} <= kinds
