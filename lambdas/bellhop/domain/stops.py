"""What stops sending altogether: not one email's fault, and not over with its next try.

A stop is learned from SES's refusals and forgotten when an email goes through. While it stands, the
emails that it concerns wait in their queue without calling SES, but for one try at a time.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StopScope(StrEnum):
    """Whose sending stops."""

    ACCOUNT = "account"  # every hotel's
    LANE = "lane"  # one class of email
    TENANT = "tenant"  # one hotel's
    SENDER = "sender"  # one sending domain's
    RECIPIENT = "recipient"  # one contact's email


class StopReason(StrEnum):
    """Why sending stops."""

    ACCOUNT_SUSPENDED = "account_suspended"
    ACCOUNT_PAUSED = "account_paused"
    DAILY_QUOTA_SPENT = "daily_quota_spent"
    CONFIGURATION_SET_PAUSED = "configuration_set_paused"
    TENANT_PAUSED = "tenant_paused"
    MAIL_FROM_NOT_VERIFIED = "mail_from_not_verified"
    IDENTITY_NOT_VERIFIED = "identity_not_verified"
    RECIPIENT_NOT_VERIFIED = "recipient_not_verified"  # in SES's sandbox

    @property
    def scope(self) -> StopScope:
        """Whose sending stops for this reason."""
        return _SCOPE_OF[self]


_SCOPE_OF: dict[StopReason, StopScope] = {
    StopReason.ACCOUNT_SUSPENDED: StopScope.ACCOUNT,
    StopReason.ACCOUNT_PAUSED: StopScope.ACCOUNT,
    StopReason.DAILY_QUOTA_SPENT: StopScope.ACCOUNT,
    StopReason.CONFIGURATION_SET_PAUSED: StopScope.LANE,
    StopReason.TENANT_PAUSED: StopScope.TENANT,
    StopReason.MAIL_FROM_NOT_VERIFIED: StopScope.SENDER,
    StopReason.IDENTITY_NOT_VERIFIED: StopScope.SENDER,
    StopReason.RECIPIENT_NOT_VERIFIED: StopScope.RECIPIENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop that stands.

    Attributes:
        reason: why.
        name: the configuration set, tenant, domain or contact's key it concerns; empty for the
            account.
        since: when SES first refused for it.
        seen_at: when SES last did.
        words: SES's own, without addresses.
    """

    reason: StopReason
    name: str
    since: datetime
    seen_at: datetime
    words: str
