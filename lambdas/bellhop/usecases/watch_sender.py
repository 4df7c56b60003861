"""Looks at a verified sender's DNS, for ever: each look queues the next one.

The next look is queued before this one is written down: a crash in between leaves a message whose
run was never named, and this one comes again. A look that was asked for meanwhile names a newer
run, and the older message ends.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from bellhop.domain.authentication.check import Report
from bellhop.domain.authentication.standing import (
    SPACING,
    Effect,
    Standing,
    Watch,
    after,
    look_of,
    next_look,
)
from bellhop.domain.authentication.watches import packed, unpacked
from bellhop.domain.onboarding import new_run
from bellhop.domain.senders import Sender
from bellhop.domain.tenant_settings import Resumption
from bellhop.usecases.ports import Clock, Job, Jobs, Senders

_AT_ONCE = timedelta(seconds=1)


class Authentication(Protocol):
    """What receivers make of a sender: here, since the paths of an email never ask."""

    def check(self, sender: Sender) -> Report:
        """Looks the sender's records up; never raises for what DNS says or fails to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What looking takes.

    Attributes:
        spacing: how long after one look against a sender the next one counts.
        resumption_of: how a tenant's marketing goes on when records are back.
        tell: hears of a sender that fell or came back, once.
    """

    authentication: Authentication
    jobs: Jobs
    resumption_of: Callable[[str], Resumption]
    tell: Callable[[Sender, Standing, frozenset[Effect]], None]
    spacing: timedelta = SPACING


def watch_sender(sender: Sender, *, senders: Senders, watching: Watching, clock: Clock) -> None:
    """Looks once, and queues the next look.

    Raises:
        NotAcceptedError: nothing was written down.
    """
    report = watching.authentication.check(sender)
    now = clock()
    before = unpacked(sender.watch) if sender.watch else Watch(since=now)
    resumption = watching.resumption_of(sender.tenant)
    watch, effects = after(before, look_of(report, now), resumption, watching.spacing)
    following = Job(
        tenant=sender.tenant,
        domain=sender.domain,
        run=new_run(now),
        not_before=now + next_look(watch, now, watching.spacing),
    )
    watching.jobs.put(following, delay=_AT_ONCE)
    seen = replace(sender, watch=packed(watch), stops_marketing=watch.stops_marketing)
    if senders.finish(seen, next_run=following.run):
        watching.tell(seen, watch.standing, effects)
