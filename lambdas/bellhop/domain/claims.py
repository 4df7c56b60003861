"""Whose turn it is with an email: read from its record, after a claim was refused.

A claim is the conditional write that comes before every call to SES (idea 4 of the design). It
holds until its lease ends; what a dead worker leaves behind is an *uncertain* email.
"""

from datetime import datetime
from enum import StrEnum

from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.status import Dispatch


class Standing(StrEnum):
    """What a worker may do that could not claim an email."""

    OURS = "ours"  # the claim was made after all, and only its answer was lost
    DONE = "done"  # nothing is left to do
    HELD = "held"  # another worker has it, or had it a moment ago
    UNCERTAIN = "uncertain"  # somebody called SES, or may have, and how that ended is not known


def standing_of(record: DeliveryRecord | None, attempt: str, now: datetime) -> Standing:
    """Whose turn it is, for the worker whose claim ``attempt`` was refused.

    Args:
        record: as it is now; ``None`` if it is gone.
        attempt: of the refused claim.
    """
    if record is not None and record.dispatch is Dispatch.DONE:
        return Standing.DONE
    if record is None or record.claim is None:
        return Standing.HELD  # it moved between the two looks: come again
    if record.claim.attempt == attempt:
        return Standing.OURS
    return Standing.UNCERTAIN if record.claim.lease_until < now else Standing.HELD
