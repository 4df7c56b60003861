"""What a check finds: a code, what was seen, and the text that mends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bellhop.domain.authentication.answers import Answer, RecordType
from bellhop.domain.authentication.codes import CODES, FAULT_CODES, Action, Code, Weight
from bellhop.domain.reasons import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record as it should stand in the DNS.

    Attributes:
        name: whole, lower-case, without the final dot.
        value: as in a zone file, names without the final dot, a TXT without quotes around it.
    """

    name: str
    type: RecordType
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is so, with its cure.

    Attributes:
        name: the name in the DNS that it is about.
        seen: what stands there, one text a record; empty where nothing does.
        cure: the record to paste; ``None`` where no record mends it.
        values: for the sentence, beside ``name``.
        authoritative: whether the zone's own name servers are the witness.
    """

    code: Code
    name: str
    seen: tuple[str, ...] = ()
    cure: Record | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    authoritative: bool = False

    @property
    def weight(self) -> Weight:
        """How much it matters."""
        return CODES[self.code].weight

    @property
    def who(self) -> Actor:
        """Who mends it."""
        return CODES[self.code].who

    @property
    def action(self) -> Action:
        """What is done with the record of ``cure``; without one, less must be put in it."""
        action = CODES[self.code].action
        too_much = action is Action.REPLACE and not self.cure and "vendor" in self.values
        return Action.REDUCE if too_much else action


def unanswered(answer: Answer) -> Finding:
    """What to say of a question that the DNS did not answer."""
    assert answer.fault is not None, "only an answer without outcome has a fault"
    return Finding(
        code=FAULT_CODES[answer.fault],
        name=answer.name,
        seen=answer.aliases,
        authoritative=answer.authoritative,
    )


class State(StrEnum):
    """How far one part of a sender's authentication is."""

    WORKS = "works"
    WAITING = "waiting"
    """A record is not there yet: normal for up to 72 hours after it was asked for."""
    BROKEN = "broken"
    UNCLEAR = "unclear"
    """The DNS did not answer: nothing is known, nothing is held against the sender."""


_STATE_OF_WEIGHT = (
    (Weight.BREAKS, State.BROKEN),
    (Weight.MISSING, State.WAITING),
    (Weight.UNCLEAR, State.UNCLEAR),
)
"""The first weight that occurs decides: what was seen counts, whatever else could not be."""


def state_of(findings: tuple[Finding, ...]) -> State:
    """What follows from the findings of one part."""
    weights = {finding.weight for finding in findings}
    return next((state for weight, state in _STATE_OF_WEIGHT if weight in weights), State.WORKS)
