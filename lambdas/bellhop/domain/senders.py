"""A sender: a tenant's sending domain and how far its authentication is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SenderState(StrEnum):
    """Whether email may leave in the name of a domain."""

    PENDING = "pending"  # waiting for DNS: normal for up to 72 h
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One domain of one tenant.

    Attributes:
        tenant: whose it is; a domain has one owner in a deployment.
        domain: lower-case IDNA form.
        state: as SES said at ``checked_at``.
    """

    tenant: str
    domain: str
    state: SenderState
    checked_at: datetime
