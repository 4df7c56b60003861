"""Brings a sender to its end in SES: set up and verified, given up, or removed.

A queue message is the timer: as long as there is something to wait for it comes again. It carries a
*run*; the newest one counts, and an older one stops before its next step. A lease keeps the newer
one waiting until then, so that nothing is undone while it is still being made.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bellhop.domain.onboarding import (
    Action,
    Seen,
    Wanted,
    missing,
    next_look,
    state_of,
    superfluous,
)
from bellhop.domain.senders import Sender, SenderState
from bellhop.usecases.ports import Clock, Control, Job, Senders
from bellhop.usecases.watch_sender import Watching, watch_sender

SOON = timedelta(seconds=5)
# Longer than the function may run (60 s), so that a live worker's lease never ends.
LEASE = timedelta(seconds=75)
# The API writes a wish down right after it has queued it; so often its message is patient.
PATIENCE = 3
_ENDED = frozenset({SenderState.FAILED, SenderState.HELD})


def onboard(
    job: Job,
    *,
    receives: int,
    wanted: Wanted,
    senders: Senders,
    control: Control,
    watching: Watching,
    clock: Clock,
    has_time: Callable[[], bool],
) -> timedelta | None:
    """Works on a sender; after how long the message shall come again, ``None`` if it is done with.

    Args:
        receives: how often the message has been received, this time included.
        wanted: what the sender needs in SES.
        watching: goes on with a sender that SES has verified.
        has_time: whether a call to SES that begins now can end before the worker must.
    """
    if job.not_before and clock() < job.not_before:
        return job.not_before - clock()
    sender = senders.get(job.tenant, job.domain)
    if sender is None or sender.run < job.run:
        return SOON if receives < PATIENCE else None
    if sender.run > job.run or sender.state in _ENDED:
        return None

    def may_go_on() -> bool:
        present = senders.get(job.tenant, job.domain)
        return has_time() and present is not None and present.run == job.run

    if not senders.lease(sender, until=clock() + LEASE, now=clock()):
        return SOON
    try:
        if sender.state is SenderState.REMOVING:
            return _remove(sender, wanted, senders, control, may_go_on)
        return _set_up(sender, wanted, senders, control, watching, clock, may_go_on)
    finally:
        senders.release(sender)


def _set_up(
    sender: Sender,
    wanted: Wanted,
    senders: Senders,
    control: Control,
    watching: Watching,
    clock: Clock,
    may_go_on: Callable[[], bool],
) -> timedelta | None:
    seen = control.look(wanted)
    actions = missing(seen, wanted)
    if not _do(actions, wanted, control, may_go_on):
        return SOON
    if actions:
        seen = control.look(wanted)
    found = _found(sender, seen, wanted, clock())
    if found.state is SenderState.FAILED and not _do(
        superfluous(seen, wanted), wanted, control, may_go_on
    ):
        return SOON
    if found.state is SenderState.VERIFIED:
        if not may_go_on():
            return SOON
        watch_sender(found, senders=senders, watching=watching, clock=clock)
        return None
    if not senders.finish(found) or found.state is not SenderState.PENDING:
        return None
    return next_look(found.since or found.checked_at, clock())


def _remove(
    sender: Sender,
    wanted: Wanted,
    senders: Senders,
    control: Control,
    may_go_on: Callable[[], bool],
) -> timedelta | None:
    if not _do(superfluous(control.look(wanted), wanted), wanted, control, may_go_on):
        return SOON
    return None if senders.forget(sender) else SOON


def _do(
    actions: tuple[Action, ...],
    wanted: Wanted,
    control: Control,
    may_go_on: Callable[[], bool],
) -> bool:
    """Takes the steps; false where it had to stop before the last one."""
    for action in actions:
        if not may_go_on():
            return False
        control.do(action, wanted)
    return True


def _found(sender: Sender, seen: Seen, wanted: Wanted, now: datetime) -> Sender:
    """The sender as SES has it now.

    One that was verified stays so while SES sends: it goes on for days when the records are lost.
    """
    identity = seen.identity
    still = sender.state is SenderState.VERIFIED and identity is not None and identity.sends
    state = sender.state if still else state_of(seen, wanted)
    return replace(
        sender,
        state=state,
        since=sender.since if state is sender.state else now,
        checked_at=now,
        tokens=identity.tokens if identity else (),
        mail_from=identity.mail_from if identity else "",
    )
