"""Who loaded an email's images or followed its links: a person, or a program that looks first.

SES says it of some. Of the rest, what happens within seconds of the delivery is a program's: a
gateway follows every link before it lets an email in, and people take longer to read. The facts
may come in any order, so this is worked out when somebody asks, like the status.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bellhop.domain.facts import Fact, FactKind

SCANNER_TIME = timedelta(seconds=10)
HUMAN, BOT = "human", "bot"
REACTIONS = frozenset({FactKind.OPEN, FactKind.CLICK})


def with_readers(facts: Iterable[Fact]) -> list[Fact]:
    """The facts, each reaction with ``by``: :data:`HUMAN` or :data:`BOT`."""
    known = list(facts)
    taken = {
        fact.attempt: fact.at
        for fact in sorted(known, key=lambda fact: fact.at, reverse=True)  # the first is kept
        if fact.kind is FactKind.DELIVERY
    }
    return [_with_reader(fact, taken.get(fact.attempt)) for fact in known]


def _with_reader(fact: Fact, taken: datetime | None) -> Fact:
    if fact.kind not in REACTIONS or "by" in fact.detail:
        return fact
    by = BOT if taken and fact.at < taken + SCANNER_TIME else HUMAN
    return replace(fact, detail={**fact.detail, "by": by})
