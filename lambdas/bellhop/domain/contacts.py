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


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What is kept about a contact beside its emails; many contacts have nothing to keep.

    Attributes:
        address: as it was written; empty for an erased contact.
        cleared_at: suppressions up to then count no more; ``None`` where nobody cleared any.
        erased_at: when the guest's data was erased, or ``None``. What is left is a tombstone: the
            key, which is a hash, and suppressions, which hold none of the guest's data either.
    """

    tenant: str
    key: str
    address: str
    suppressions: Mapping[str, Suppression]
    cleared_at: datetime | None = None
    erased_at: datetime | None = None

    @property
    def suppression(self) -> Suppression | None:
        """The oldest suppression in force, or ``None`` if the contact may be mailed."""
        in_force = [
            suppression
            for suppression in self.suppressions.values()
            if self.cleared_at is None or suppression.at > self.cleared_at
        ]
        return min(in_force, key=lambda s: (s.at, s.identity), default=None)
