"""A contact: a tenant's mailbox, and whether it may be mailed.

A contact's suppressions only grow, like an email's facts, and ``cleared_at`` only moves forward:
what happened before it counts no more. So events may come in any order and twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

COMPLAINT = "complaint"
"""The reason of a suppression that is no bounce's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Why a contact must not be mailed.

    Attributes:
        identity: of the fact that demands it.
        reason: a bounce's reason, or :data:`COMPLAINT`.
        at: when that happened.
        email_id: the email it happened to.
    """

    identity: str
    reason: str
    at: datetime
    email_id: str


RECENT_EMAILS = 50
"""A contact's newest emails, by which it is judged: a guest gets fewer within a season, and
reading them is one query."""

MOST_LIFTINGS = 20
"""So many of a contact's newest liftings are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """That somebody lifted a suppression, to try once more.

    Attributes:
        at: what happened up to then counts no more.
        by: who, in the CRM's words.
        why: what had changed.
        reason: of the suppression that was lifted.
    """

    at: datetime
    by: str
    why: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What is kept about a contact beside its emails; many contacts have nothing to keep.

    Attributes:
        address: as it was written; empty for an erased contact.
        cleared_at: suppressions up to then count no more; ``None`` where nobody cleared any.
        liftings: who lifted suppressions, oldest first.
        erased_at: when the guest's data was erased, or ``None``. What is left is a tombstone: the
            key, which is a hash, and suppressions, which hold none of the guest's data either.
    """

    tenant: str
    key: str
    address: str
    suppressions: Mapping[str, Suppression]
    cleared_at: datetime | None = None
    erased_at: datetime | None = None
    liftings: tuple[Lifting, ...] = ()

    @property
    def suppression(self) -> Suppression | None:
        """The oldest suppression in force, or ``None`` if the contact may be mailed."""
        return min(self._in_force(), key=lambda s: (s.at, s.identity), default=None)

    def lifting(self, *, by: str, why: str, now: datetime) -> Lifting | None:
        """What lifts every suppression in force, or ``None`` where there is none.

        SES's clock may be ahead of ours: then the lifting is as late as the newest of them.
        """
        suppression = self.suppression
        if suppression is None:
            return None
        at = max(now, *(each.at for each in self._in_force()))
        return Lifting(at=at, by=by, why=why, reason=suppression.reason)

    def _in_force(self) -> list[Suppression]:
        return [
            suppression
            for suppression in self.suppressions.values()
            if self.cleared_at is None or suppression.at > self.cleared_at
        ]
