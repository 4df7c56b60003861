"""The guards of the protocol, each with what the code is without it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bellhop.domain.claims import Standing, standing_of
from bellhop.domain.emails import Guarantee
from bellhop.domain.status import Dispatch
from bellhop.domain.uncertainty import Heard, Uncertainty
from bellhop.usecases import send_email
from bellhop.usecases.ports import SendOutcome
from bellhop.usecases.send_email import Sending, Worker
from tests.builders import NOW
from tests.unit.fakes import FakeContacts, FakeRecords
from tests.unit.protocol.machine import (
    about_to_say_so,
    about_to_send_again,
    due,
    fresh,
    let_its_time_pass,
    of_two_minds,
    uncertain,
)
from tests.unit.protocol.world import World

LONG_AFTER = NOW + timedelta(days=10_000)
# The handler's own, before the worker is asked.
NOT_THE_WORKERS = {Sending.POSTPONED}

Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Guard:
    """What stands between the protocol and a bug, and how the code is without it.

    Attributes:
        begin: where to look for the bug, if it is a rare one.
        meddling: without which there is none.
    """

    name: str
    remove: Callable[[Patch], None]
    begin: Callable[[World], None] | None = None
    meddling: Callable[[World], None] | None = None


class WithoutComparison(FakeRecords):
    """Any attempt's claim is taken for the caller's own."""

    def _is_claimed(self, record, attempt):  # noqa: ARG002 (the guard is gone)
        return record.dispatch is Dispatch.CLAIMED


def _blind(operation: str) -> Callable[[Patch], None]:
    """One of the records' operations no longer compares attempts."""

    def remove(patch: Patch) -> None:
        patch.setattr(FakeRecords, operation, _blinded(operation))

    return remove


def _blinded(operation: str) -> Callable[..., object]:
    original = getattr(FakeRecords, operation)

    def blind(self, *arguments):
        without = WithoutComparison()
        without.kept = self.kept
        return original(without, *arguments)

    return blind


def _claim_whatever_stands_there(patch: Patch) -> None:
    def claim(self, email, claim):
        record = self.kept.get(email.id) or send_email.DeliveryRecord.of(email, Dispatch.WAITING)
        self._put(record, dispatch=Dispatch.CLAIMED, claim=claim, attempts=record.attempts + 1)

    patch.setattr(FakeRecords, "claim", claim)


def _close_whatever_stands_there(patch: Patch) -> None:
    def close(self, record, fact):
        self._end(self.kept.get(record.id, record), fact)

    patch.setattr(FakeRecords, "close", close)


def _leave_waiting_what_events_tell(patch: Patch) -> None:
    def add(self, email_id, fact):
        record = self.kept.get(email_id)
        addition = original(self, email_id, fact)
        if addition and record:
            self._put(addition.record, dispatch=record.dispatch)
        return addition

    original = FakeRecords.add
    patch.setattr(FakeRecords, "add", add)
    patch.setattr(FakeRecords, "complete", lambda *arguments: original(*arguments))


def _hold_no_lease(patch: Patch) -> None:
    patch.setattr(World, "lease", timedelta(seconds=1))


def _look_at_no_lease(patch: Patch) -> None:
    patch.setattr(send_email, "standing_of", _standing({Standing.HELD: Standing.UNCERTAIN}))


def _read_nothing_back(patch: Patch) -> None:
    patch.setattr(send_email, "standing_of", _standing({Standing.OURS: Standing.HELD}))


def _standing(instead: dict[Standing, Standing]) -> Callable[..., Standing]:
    def standing(record, attempt, now):
        found = standing_of(record, attempt, now)
        has_claim = record is not None and record.claim is not None
        return instead.get(found, found) if has_claim else found

    return standing


def _read_no_second_claim_back(patch: Patch) -> None:
    def claim_again(self, email_id, uncertain, claim):
        record = self.kept[email_id]
        if not self._is_claimed(record, uncertain.attempt):
            return False
        self._put(record, claim=claim, attempts=record.attempts + 1)
        return True

    patch.setattr(FakeRecords, "claim_again", claim_again)


def _wait_for_no_window(patch: Patch) -> None:
    patch.setattr(Uncertainty, "window_ends", property(lambda self: self.claim.lease_until))


def _course(**changes: object) -> Callable[[Patch], None]:
    """Decides on an uncertain email as if something were otherwise."""
    original = Uncertainty.course

    def remove(patch: Patch) -> None:
        patch.setattr(
            Uncertainty,
            "course",
            lambda self, now, heard: original(replace(self, **changes), now, heard),
        )

    return remove


def _need_no_event(patch: Patch) -> None:
    patch.setattr(Heard, "proves", lambda *_arguments: True)


def _mind_no_lateness(patch: Patch) -> None:
    original = Heard.proves
    patch.setattr(
        Heard, "proves", lambda self, instant: original(replace(self, late_until=None), instant)
    )


def _send_whenever(patch: Patch) -> None:
    original = Worker.send
    patch.setattr(
        Worker,
        "send",
        lambda self, email, has_time: original(
            self, replace(email, not_after=LONG_AFTER), has_time
        ),
    )


def _mail_anybody(patch: Patch) -> None:
    patch.setattr(FakeContacts, "get", lambda *_key: None)


def _without_call(operation: str) -> Callable[[Patch], None]:
    def remove(patch: Patch) -> None:
        patch.setattr(FakeRecords, operation, lambda *_arguments: None)

    return remove


def _forget_earlier(patch: Patch) -> None:
    def release(self, email_id, attempt, _earlier=None):
        original(self, email_id, attempt)

    original = FakeRecords.release
    patch.setattr(FakeRecords, "release", release)


def _call_it_failed(patch: Patch) -> None:
    def settle(self, email, attempt, result, earlier):
        refused = result.outcome is SendOutcome.REFUSED
        return original(self, email, attempt, result, None if refused else earlier)

    original = Worker._settle
    patch.setattr(Worker, "_settle", settle)


def _keep_a_lost_claim(patch: Patch) -> None:
    def claim(self, email, claim):
        in_the_way = self.records.claim(email, claim)
        standing = in_the_way and standing_of(in_the_way, claim.attempt, self.clock())
        return None if standing is Standing.OURS else in_the_way

    patch.setattr(Worker, "_claim", claim)


def _forget(sending: Sending) -> Guard:
    """A queue message is deleted with which something is left to do."""

    def remove(patch: Patch) -> None:
        patch.setattr(send_email, "_STAYS", send_email._STAYS - {sending})

    begin = {Sending.STOPPED: fresh, Sending.AWAITING_NEWS: uncertain}.get(sending)
    return Guard(f"what is {sending} stays in its queue", remove, begin)


GUARDS = [
    Guard("only what waits is claimed", _claim_whatever_stands_there),
    Guard(
        "only what waits is ended without a call", _close_whatever_stands_there, fresh, World.cancel
    ),
    Guard("a lease is longer than a worker lives", _hold_no_lease, fresh),
    Guard("a claim holds until its lease ends", _look_at_no_lease, fresh),
    Guard("only its own claim is released", _blind("release"), fresh),
    Guard("only its own claim is called uncertain", _blind("mark_uncertain"), about_to_say_so),
    Guard("only the uncertain claim is replaced", _blind("claim_again"), about_to_send_again),
    Guard("only the uncertain claim is given up", _blind("give_up"), of_two_minds),
    Guard("a claim whose answer was lost is read back", _read_nothing_back, fresh),
    Guard("a second claim whose answer was lost is read back", _read_no_second_claim_back, due),
    Guard("a claim that nobody answered for is given back", _keep_a_lost_claim, fresh),
    Guard("what SES refused for now is released", _without_call("release")),
    Guard(
        "what was uncertain before is so again when SES refuses it for now", _forget_earlier, due
    ),
    Guard("what was uncertain before is not called failed", _call_it_failed, due),
    Guard("an event settles its email", _leave_waiting_what_events_tell),
    Guard("nothing is sent again within its window", _wait_for_no_window, uncertain),
    Guard("nothing is sent again while no event comes", _need_no_event),
    Guard("nothing is sent again while events come late", _mind_no_lateness, due),
    Guard("at_most_once is never sent again", _course(guarantee=Guarantee.AT_LEAST_ONCE)),
    Guard(
        "a suppressed guest is not mailed again", _course(may_be_mailed=True), due, World.suppress
    ),
    Guard("nothing is sent after its time", _send_whenever, fresh, let_its_time_pass),
    Guard("a suppressed guest is not mailed", _mail_anybody, fresh, World.suppress),
    *(_forget(each) for each in sorted(send_email._STAYS - NOT_THE_WORKERS)),
]
