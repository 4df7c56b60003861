"""What to do with an email of which nobody knows whether SES took it.

SES has no idempotency token and no look-up by our tags: only an event that carries the attempt's
tag can tell. So an uncertain email waits, first for the time in which an event comes if one is to
come (the window), then for proof that events come at all (the gate); only then does silence mean
that SES did not take it, and the email's guarantee decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bellhop.domain.emails import Claim, Guarantee


class Course(StrEnum):
    """What to do now."""

    WAIT = "wait"  # the window is open
    ASK_FOR_EVENTS = "ask_for_events"  # the window is over, but events are not known to flow
    SEND_AGAIN = "send_again"
    GIVE_UP = "give_up"  # the email ends as unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is known of the events of one configuration set.

    Attributes:
        newest: the greatest ``mail.timestamp`` among those that were recorded: the time of a
            *sending*, so that a late event of an old email proves nothing.
        late_until: while events wait long in their queue one may overtake another, so that newer
            ones prove nothing of older ones: what is sent from then on does again.
    """

    newest: datetime | None = None
    late_until: datetime | None = None

    def proves(self, instant: datetime) -> bool:
        """Whether silence about what was told until ``instant`` means that nothing was told."""
        since = max(instant, self.late_until or instant)
        return self.newest is not None and self.newest > since


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """An uncertain email, as it stands.

    Attributes:
        claim: of the attempt whose end is not known.
        window: how long events of an attempt may take, see :class:`~bellhop.settings.SendSettings`.
        guarantee, not_after: the email's own.
        may_be_mailed: false where its contact was suppressed or erased since.
    """

    claim: Claim
    window: timedelta
    guarantee: Guarantee
    not_after: datetime
    may_be_mailed: bool = True

    @property
    def window_ends(self) -> datetime:
        """A call to SES may begin as late as the lease ends: the window is counted from there."""
        return self.claim.lease_until + self.window

    def course(self, now: datetime, heard: Heard) -> Course:
        """What to do at ``now``, where that was heard of the same configuration set."""
        if now >= self.not_after:
            return Course.GIVE_UP
        if now < self.window_ends:
            return Course.WAIT
        if not heard.proves(self.window_ends):
            return Course.ASK_FOR_EVENTS
        again = self.guarantee is Guarantee.AT_LEAST_ONCE and self.may_be_mailed
        return Course.SEND_AGAIN if again else Course.GIVE_UP
