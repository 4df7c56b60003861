"""A run's report: what was asked, what went wrong, what arrived, what the records say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.ses.chaos import Trouble
from tests.end_to_end.chaos.asked import Request
from tests.end_to_end.chaos.oracle import Fault, Story, faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of one run.

    Attributes:
        broken_replies: repeated requests that were not answered as the first one was.
        dead_letters: messages that ended in a dead-letter queue.
        seconds: from the first request to the end of each part of the run, by its name.
    """

    seed: int
    requests: Sequence[Request]
    stories: Sequence[Story]
    troubles: Mapping[Trouble, int]
    broken_replies: Sequence[str]
    dead_letters: int
    seconds: Mapping[str, float]

    @property
    def faults(self) -> list[tuple[Fault, str]]:
        """Every broken promise, with the address."""
        return [
            (fault, f"{story.address}: {what}")
            for story in self.stories
            for fault, what in faults(story)
        ]

    @property
    def is_clean(self) -> bool:
        return not self.faults and not self.broken_replies and not self.dead_letters

    def text(self) -> str:
        """The report, for people."""
        found = Counter(fault for fault, _ in self.faults)
        doubled = sum(len(story.taken) > 1 for story in self.stories)
        rows = {
            "asked": self._asked(),
            "went wrong": _counts(self.troubles),
            "servers": self._servers(),
            "records": _counts(Counter(story.status or "no record" for story in self.stories)),
            "kept": ", ".join(f"{found[fault]} {fault}" for fault in Fault)
            + f"; {doubled - found[Fault.DOUBLED]} sent twice as their guarantee says",
            "replies": f"{len(self.broken_replies)} repeated requests answered otherwise",
            "dead letters": str(self.dead_letters),
            "took": ", ".join(
                f"{name} after {seconds:.0f} s ({len(self.stories) / seconds:.0f} emails/s)"
                for name, seconds in self.seconds.items()
            ),
        }
        lines = [f"chaos, seed {self.seed}, {len(self.stories)} emails"]
        lines += [f"  {name:<13}{value}" for name, value in rows.items()]
        lines += [f"  {fault}: {what}" for fault, what in self.faults]
        return "\n".join([*lines, *(f"  {each}" for each in self.broken_replies)])

    def _asked(self) -> str:
        emails = [story.asked for story in self.stories]
        return (
            f"{len(self.requests)} requests, {sum(each.is_batch for each in self.requests)} of them"
            f" batches, {sum(each.is_posted_twice for each in self.requests)} posted twice at once;"
            f" {sum(each.is_marketing for each in emails)} emails marketing,"
            f" {sum(each.is_at_most_once for each in emails)} at most once,"
            f" {sum(each.is_cancelled for each in emails)} taken back"
            f" ({sum(story.took_back for story in self.stories)} in time),"
            f" {sum(each.is_short_lived for each in emails)} short-lived"
        )

    def _servers(self) -> str:
        transcripts = [each for story in self.stories for each in story.transcripts]
        outcomes = _counts(Counter(each.outcome for each in transcripts))
        later = Counter(later.kind for each in transcripts for later in each.later)
        return f"{len(transcripts)} visits: {outcomes}; afterwards {_counts(later)}"


def _counts(counted: Mapping[Any, int]) -> str:
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{number} {name}" for name, number in ordered if number) or "nothing"
