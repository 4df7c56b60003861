"""Holds emails back while sending is stopped, and finds out when it goes on.

Each worker learns a stop from a refusal of its own and remembers it, so that in good times nothing
is read or written for it. The table keeps it for those who ask since when and why nothing goes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bellhop.domain.emails import Email, EmailClass
from bellhop.domain.stops import StopReason, StopScope
from bellhop.usecases.ports import Clock, StopItems

FIRST_TRY_AFTER = timedelta(seconds=5)
TRY_EVERY = timedelta(minutes=1)
# How often one worker writes that a stop still stands, or looks whether one is left that is over.
TELL_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class _Remembered:
    """A stop as this worker knows it."""

    next_try: datetime
    wait: timedelta
    told_at: datetime


class Stops:
    """The stops that one worker knows.

    Args:
        configuration_sets: the name of each class's.
    """

    def __init__(
        self, items: StopItems, clock: Clock, configuration_sets: Mapping[EmailClass, str]
    ) -> None:
        self._items = items
        self._clock = clock
        self._configuration_sets = configuration_sets
        self._known: dict[tuple[StopReason, str], _Remembered] = {}
        self._looked_at: dict[tuple[str, str, EmailClass], datetime] = {}

    def holding(self, email: Email) -> StopReason | None:
        """Why the email must wait, or ``None``: then it may be tried."""
        now = self._clock()
        known = self._concerning(email).items()
        return next((reason for reason, stop in known if now < stop.next_try), None)

    def in_the_way(self, email: Email) -> StopReason | None:
        """As :meth:`holding`; but where it may be tried, it is the one try: the others wait."""
        if reason := self.holding(email):
            return reason
        for stop in self._concerning(email).values():
            stop.next_try = self._clock() + stop.wait
        return None

    def _concerning(self, email: Email) -> dict[StopReason, _Remembered]:
        names = {reason: self._name(reason.scope, email) for reason in StopReason}
        found = {reason: self._known.get((reason, name)) for reason, name in names.items()}
        return {reason: stop for reason, stop in found.items() if stop}

    def stopped(self, email: Email, reason: StopReason, words: str) -> None:
        """SES refused the email for this reason."""
        now, name = self._clock(), self._name(reason.scope, email)
        known = self._known.get((reason, name))
        wait = min(TRY_EVERY, known.wait * 2) if known else FIRST_TRY_AFTER
        is_told = known is not None and now < known.told_at + TELL_EVERY
        told_at = known.told_at if known and is_told else now
        self._known[reason, name] = _Remembered(now + wait, wait, told_at)
        if not is_told:
            self._items.keep(email.tenant, reason, name, words, now)

    def went_through(self, email: Email) -> None:
        """SES took the email: no stop that concerns it stands any more, whoever knew of it."""
        names = {(reason, self._name(reason.scope, email)) for reason in StopReason}
        knew = [known for known in names if self._known.pop(known, None)]
        key, now = (email.tenant, email.sender.domain, email.email_class), self._clock()
        looked_at = self._looked_at.get(key)
        if not knew and looked_at is not None and now < looked_at + TELL_EVERY:
            return
        self._looked_at = {k: at for k, at in self._looked_at.items() if now < at + TELL_EVERY}
        self._looked_at[key] = now
        configuration_set = self._configuration_sets[email.email_class]
        for stop in self._items.standing(email.tenant, [configuration_set]):
            if (stop.reason, stop.name) in names:
                self._items.lift(email.tenant, stop)

    def _name(self, scope: StopScope, email: Email) -> str:
        match scope:
            case StopScope.ACCOUNT:
                return ""
            case StopScope.LANE:
                return self._configuration_sets[email.email_class]
            case StopScope.TENANT:
                return email.tenant
            case StopScope.SENDER:
                return email.sender.domain
            case StopScope.RECIPIENT:
                return email.id.contact
