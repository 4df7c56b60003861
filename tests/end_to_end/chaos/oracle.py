"""What may have become of an email: from what its CRM asked, what happened to the calls and events,
and what the recipient's server says. It knows nothing of Bellhop's own rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from local.internet import Outcome, Transcript
from local.ses.chaos import Trouble
from tests.end_to_end.chaos.asked import Request

WITHOUT_END = {"queued", "sending", "scheduled"}
WITHOUT_EFFECT_UNKNOWN = {Trouble.FAILED_BEFORE, Trouble.CUT_BEFORE}
ANSWER_LOST = {
    Trouble.FAILED_AFTER,
    Trouble.CUT_AFTER,
    Trouble.CUT_BODY,
    Trouble.SHORT_BODY,
}


class Fault(StrEnum):
    """How a promise can be broken."""

    LOST = "lost"
    DOUBLED = "doubled"
    WITHOUT_END = "without end"
    UNTRUE = "untrue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One email, as everybody but Bellhop saw it, and then what its record says.

    Attributes:
        calls: what each call to SES met that SES did not refuse by itself.
        taken: those of them that had their effect.
        is_silenced: an event about its delivery or bounce was dropped.
        lost_events: how many of its events were dropped.
        took_back: the API said that it will not be sent.
        status, attempts: of its record; "" where there is none.
    """

    address: str
    asked: Request
    calls: Sequence[Trouble | None]
    taken: Sequence[Trouble | None]
    transcripts: Sequence[Transcript]
    is_silenced: bool
    lost_events: int
    took_back: bool
    status: str
    attempts: int

    @property
    def arrived(self) -> list[Transcript]:
        """The times that the recipient's server took it."""
        return [each for each in self.transcripts if each.outcome is Outcome.ACCEPTED]

    @property
    def is_doubled_as_stated(self) -> bool:
        """Sent again, as its guarantee says: SES's answer and an event of the first were lost."""
        *earlier, _last = self.taken
        return (
            not self.asked.is_at_most_once
            and self.attempts >= len(self.taken)
            and all(each in ANSWER_LOST for each in earlier)
            and self.lost_events > 0
        )


def faults(story: Story) -> Iterator[tuple[Fault, str]]:
    """Each promise that was broken, and how."""
    if len(story.arrived) > len(story.taken):
        yield Fault.DOUBLED, f"arrived {len(story.arrived)} times, of {len(story.taken)} sent"
    if len(story.taken) > 1 and not story.is_doubled_as_stated:
        yield Fault.DOUBLED, f"SES took it {len(story.taken)} times"
    if not story.status or story.status in WITHOUT_END:
        yield Fault.WITHOUT_END, f"its status is {story.status or 'not there'}"
    elif not story.taken:
        yield from _never_sent(story)
    else:
        yield from _sent(story)


def _never_sent(story: Story) -> Iterator[tuple[Fault, str]]:
    in_doubt = bool(story.calls) and story.calls[-1] in WITHOUT_EFFECT_UNKNOWN
    gave_up = story.asked.is_at_most_once or story.asked.is_short_lived
    allowed = {
        "cancelled": story.took_back,
        "lapsed": story.asked.is_short_lived,
        "unknown": in_doubt and gave_up,
    }
    if not allowed.get(story.status):
        yield Fault.LOST, f"never sent, and its status is {story.status}"


def _sent(story: Story) -> Iterator[tuple[Fault, str]]:
    is_there = any(
        not any(later.kind == "bounced" for later in each.later) for each in story.arrived
    )
    truth = "delivered" if is_there else "bounced"
    answer_lost = story.taken[-1] in ANSWER_LOST
    allowed = {
        truth: True,
        # A bounce that came after the delivery, and was dropped.
        "delivered": is_there or (story.is_silenced and bool(story.arrived)),
        "sent": story.is_silenced,
        "delayed": story.is_silenced,
        "unknown": story.is_silenced and answer_lost,
        # Its first copy came back, so SES itself held the second one.
        "suppressed": len(story.taken) > 1,
    }
    if not allowed.get(story.status):
        yield Fault.UNTRUE, f"it is {story.status}, and the server says {truth}"
