"""Why an email failed: the canonical reasons, and what follows from each of them.

The 18 reasons are the only words that the rest of Bellhop, its API and its reports use for a
failure. `REASONS` is the whole of what follows: whose fault it is, whether trying again helps,
when the address stops being mailed, and who has to act. The sentences people read are in the
catalogue under `reason.<reason>.sentence` and `.next_step`.

Codes named here are enhanced status codes (RFC 3463, registry of RFC 5248).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Reason(StrEnum):
    """Why an email did not reach its mailbox."""

    USER_UNKNOWN = "user_unknown"
    """The mailbox does not exist (x.1.1, x.1.3)."""
    DOMAIN_UNKNOWN = "domain_unknown"
    """What stands after @ does not exist or takes no email (x.1.2, x.1.10, x.4.4)."""
    MAILBOX_DISABLED = "mailbox_disabled"
    """The mailbox exists and is closed (x.2.1, x.7.13)."""
    ADDRESS_MOVED = "address_moved"
    """The person has another address now (x.1.6, reply 551)."""
    MAILBOX_FULL = "mailbox_full"
    """The mailbox has no room left (x.2.2)."""
    MESSAGE_TOO_LARGE = "message_too_large"
    """The message is larger than the mailbox or server accepts (x.2.3, x.3.4)."""
    SPAM_CONTENT = "spam_content"
    """A filter judged what the message says to be spam."""
    CONTENT_REJECTED = "content_rejected"
    """The format, a header or an attachment was refused (x.6.x)."""
    REPUTATION_BLOCKED = "reputation_blocked"
    """The sending server or domain stands on a block list or has a poor record (x.7.25)."""
    POLICY_REJECTED = "policy_rejected"
    """The recipient's organisation refuses such email by a rule of its own (x.7.0 to x.7.2)."""
    AUTH_FAILED = "auth_failed"
    """Our SPF, DKIM or DMARC is missing or fails (x.7.20 to x.7.24, x.7.26)."""
    SENDER_REJECTED = "sender_rejected"
    """Our sender address itself is refused (x.1.7, x.1.8, x.7.27)."""
    RELAY_DENIED = "relay_denied"
    """The server that took the call does not serve this address."""
    RATE_LIMITED = "rate_limited"
    """Too much at once, or a new sender asked to come back later (x.4.5, x.5.3, x.7.28)."""
    SERVER_ERROR = "server_error"
    """The recipient's server is faulty (x.3.x, x.5.x), or agrees on no encryption (x.7.10)."""
    EXPIRED = "expired"
    """The recipient's server could not be reached in time (x.4.1, x.4.7)."""
    SUPPRESSED = "suppressed"
    """SES did not try: the address stands on a suppression list."""
    UNKNOWN = "unknown"
    """No reason was given that can be read."""


class Fault(StrEnum):
    """Where the cause lies, which decides who can mend it."""

    RECIPIENT = "recipient"
    """The address or its mailbox."""
    SENDER = "sender"
    """Our message, our settings or our reputation; the address is fine."""
    TEMPORARY = "temporary"
    """Nobody's: time mends it."""
    POLICY = "policy"
    """A rule of the recipient's organisation; the address is fine."""


class Actor(StrEnum):
    """Who takes the next step; the catalogue names them under `who.<actor>`."""

    GUEST = "guest"
    RECEPTION = "reception"
    YOUR_IT = "your_it"
    """The people who run the hotel's own mail and firewall."""
    WEB_COMPANY = "web_company"
    """Whoever keeps the records of the hotel's web address."""
    ADMINISTRATOR = "administrator"
    """Whoever runs this Bellhop."""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class SuppressionRule:
    """When bounces of one reason stop an address from being mailed.

    `count` is how many of them it takes: 0 means never, 1 at once. `days` is the window that
    they must fall into. A good delivery in between is the caller's to weigh.
    """

    count: int
    days: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError for a count below 0 or a window below one day."""
        if self.count < 0 or self.days < 1:
            raise ValueError(
                f"a suppression rule needs count >= 0 and days >= 1, not count={self.count} and "
                f"days={self.days}; use SuppressionRule.never() to switch it off"
            )

    @classmethod
    def at_once(cls) -> SuppressionRule:
        """The first such bounce suppresses."""
        return cls(1)

    @classmethod
    def after(cls, count: int, days: int) -> SuppressionRule:
        """Suppress with the `count`-th such bounce within `days` days."""
        return cls(count, days)

    @classmethod
    def never(cls) -> SuppressionRule:
        """Such bounces say nothing against the address."""
        return cls(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonProperties:
    """What follows from one reason.

    `permanent`: the same email sent again fails again until somebody changes something.
    `suppression`: the default; a tenant may set other counts and windows.
    `who`: who takes the next step.
    """

    fault: Fault
    permanent: bool
    suppression: SuppressionRule
    who: Actor


def _row(
    fault: Fault, *, permanent: bool, suppression: SuppressionRule, who: Actor
) -> ReasonProperties:
    return ReasonProperties(fault=fault, permanent=permanent, suppression=suppression, who=who)


_AT_ONCE, _NEVER = SuppressionRule.at_once(), SuppressionRule.never()

# Windows other than the 30 days of a full mailbox are ours: a stay's emails span about a season.
REASONS: Mapping[Reason, ReasonProperties] = MappingProxyType(
    {
        Reason.USER_UNKNOWN: _row(
            Fault.RECIPIENT, permanent=True, suppression=_AT_ONCE, who=Actor.RECEPTION
        ),
        Reason.DOMAIN_UNKNOWN: _row(
            Fault.RECIPIENT,
            permanent=True,
            suppression=SuppressionRule.after(2, 90),
            who=Actor.RECEPTION,
        ),
        Reason.MAILBOX_DISABLED: _row(
            Fault.RECIPIENT, permanent=True, suppression=_AT_ONCE, who=Actor.RECEPTION
        ),
        Reason.ADDRESS_MOVED: _row(
            Fault.RECIPIENT, permanent=True, suppression=_AT_ONCE, who=Actor.RECEPTION
        ),
        Reason.MAILBOX_FULL: _row(
            Fault.RECIPIENT,
            permanent=False,
            suppression=SuppressionRule.after(5, 30),
            who=Actor.RECEPTION,
        ),
        Reason.MESSAGE_TOO_LARGE: _row(
            Fault.SENDER, permanent=True, suppression=_NEVER, who=Actor.RECEPTION
        ),
        Reason.SPAM_CONTENT: _row(
            Fault.SENDER, permanent=True, suppression=_NEVER, who=Actor.RECEPTION
        ),
        Reason.CONTENT_REJECTED: _row(
            Fault.SENDER, permanent=True, suppression=_NEVER, who=Actor.RECEPTION
        ),
        Reason.REPUTATION_BLOCKED: _row(
            Fault.SENDER, permanent=False, suppression=_NEVER, who=Actor.ADMINISTRATOR
        ),
        Reason.POLICY_REJECTED: _row(
            Fault.POLICY, permanent=True, suppression=_NEVER, who=Actor.RECEPTION
        ),
        Reason.AUTH_FAILED: _row(
            Fault.SENDER, permanent=True, suppression=_NEVER, who=Actor.WEB_COMPANY
        ),
        Reason.SENDER_REJECTED: _row(
            Fault.SENDER, permanent=True, suppression=_NEVER, who=Actor.ADMINISTRATOR
        ),
        Reason.RELAY_DENIED: _row(
            Fault.RECIPIENT,
            permanent=True,
            suppression=SuppressionRule.after(3, 90),
            who=Actor.RECEPTION,
        ),
        Reason.RATE_LIMITED: _row(
            Fault.TEMPORARY, permanent=False, suppression=_NEVER, who=Actor.RECEPTION
        ),
        Reason.SERVER_ERROR: _row(
            Fault.TEMPORARY,
            permanent=False,
            suppression=SuppressionRule.after(5, 90),
            who=Actor.RECEPTION,
        ),
        Reason.EXPIRED: _row(
            Fault.TEMPORARY,
            permanent=False,
            suppression=SuppressionRule.after(3, 90),
            who=Actor.RECEPTION,
        ),
        # SES has decided already: our own list only mirrors it.
        Reason.SUPPRESSED: _row(
            Fault.RECIPIENT, permanent=True, suppression=_AT_ONCE, who=Actor.RECEPTION
        ),
        Reason.UNKNOWN: _row(
            Fault.TEMPORARY,
            permanent=False,
            suppression=SuppressionRule.after(3, 90),
            who=Actor.RECEPTION,
        ),
    }
)


def suppression_rule(
    reason: Reason, *, permanent: bool = False, null_mx: bool = False
) -> SuppressionRule:
    """The default rule of `reason` in this bounce's circumstances.

    `permanent`: SES called the bounce Permanent; an unknown reason then suppresses at once.
    `null_mx`: the domain declares that it takes no email (RFC 7505), so once is enough.
    """
    if reason is Reason.DOMAIN_UNKNOWN and null_mx:
        return _AT_ONCE
    if reason is Reason.UNKNOWN and permanent:
        return _AT_ONCE
    return REASONS[reason].suppression
