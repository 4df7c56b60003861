"""The places where a test can bend what SES does: refusals, answers and events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from local.ses.events import Event
from local.ses.server import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """An event and how long to hold it back."""

    event: Event
    delay: timedelta = timedelta(0)


class Disturbance:
    """Changes nothing. A subclass overrides what it bends; many threads call the methods.

    ``recipients`` are those of the email that a call is about, with commas; "" of another call.
    """

    def refusal(self, operation: str, recipients: str) -> Answer | None:
        """An answer in place of the operation, which then has no effect; None to let it happen."""
        del operation, recipients
        return None

    def answer(self, operation: str, recipients: str, answer: Answer) -> Answer:
        """The answer to give instead. The operation has already had its effect."""
        del operation, recipients
        return answer

    def events(self, event: Event) -> Sequence[Scheduled]:
        """What to publish instead: nothing, the event later, the event twice."""
        return [Scheduled(event=event)]
