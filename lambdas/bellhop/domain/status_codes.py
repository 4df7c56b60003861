"""What enhanced status codes and reply codes say by themselves, as tables.

Enhanced codes: RFC 3463, and the registry that RFC 5248 opened (RFC 7293, 7372, 7505).
Reply codes: RFC 5321, section 4.2, and RFC 7504. A code is only as good as the server that
chose it, so the classifier asks what the text says first, except where a code is precise.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bellhop.domain.reasons import Reason

PRECISE: Mapping[tuple[int, int], Reason] = MappingProxyType(
    {
        (1, 6): Reason.ADDRESS_MOVED,
        (1, 7): Reason.SENDER_REJECTED,
        (1, 8): Reason.SENDER_REJECTED,
        (2, 2): Reason.MAILBOX_FULL,
        (7, 13): Reason.MAILBOX_DISABLED,  # the registry's "user account disabled", with 525
        (7, 17): Reason.USER_UNKNOWN,  # RFC 7293: the mailbox has another owner now
        (7, 18): Reason.DOMAIN_UNKNOWN,  # RFC 7293: the domain has another owner now
        (7, 20): Reason.AUTH_FAILED,  # RFC 7372: no passing DKIM signature, and so on
        (7, 21): Reason.AUTH_FAILED,
        (7, 22): Reason.AUTH_FAILED,
        (7, 24): Reason.AUTH_FAILED,
        (7, 25): Reason.REPUTATION_BLOCKED,  # RFC 7372: reverse DNS validation failed
        (7, 26): Reason.AUTH_FAILED,
    }
)
"""(subject, detail) that servers use for one thing only: it beats the wording."""

GENERAL: Mapping[tuple[int, int], Reason] = MappingProxyType(
    {
        (1, 0): Reason.USER_UNKNOWN,
        (1, 1): Reason.USER_UNKNOWN,
        (1, 2): Reason.DOMAIN_UNKNOWN,
        (1, 3): Reason.USER_UNKNOWN,
        (1, 4): Reason.USER_UNKNOWN,
        # RFC 7505: the recipient's domain has a null MX. Exchange uses it for a missing mailbox.
        (1, 10): Reason.DOMAIN_UNKNOWN,
        (2, 1): Reason.MAILBOX_DISABLED,
        (2, 3): Reason.MESSAGE_TOO_LARGE,
        (2, 4): Reason.SERVER_ERROR,
        (3, 0): Reason.SERVER_ERROR,
        (3, 1): Reason.SERVER_ERROR,
        (3, 2): Reason.SERVER_ERROR,
        (3, 3): Reason.SERVER_ERROR,
        (3, 4): Reason.MESSAGE_TOO_LARGE,
        (3, 5): Reason.SERVER_ERROR,
        (4, 0): Reason.EXPIRED,
        (4, 1): Reason.EXPIRED,
        (4, 2): Reason.EXPIRED,
        (4, 3): Reason.DOMAIN_UNKNOWN,
        (4, 4): Reason.DOMAIN_UNKNOWN,
        (4, 5): Reason.RATE_LIMITED,
        (4, 6): Reason.EXPIRED,
        (4, 7): Reason.EXPIRED,
        (5, 0): Reason.SERVER_ERROR,
        (5, 1): Reason.SERVER_ERROR,
        (5, 2): Reason.SERVER_ERROR,
        (5, 3): Reason.RATE_LIMITED,
        (5, 4): Reason.SERVER_ERROR,
        (5, 5): Reason.SERVER_ERROR,
        (7, 0): Reason.POLICY_REJECTED,
        (7, 1): Reason.POLICY_REJECTED,
        (7, 2): Reason.POLICY_REJECTED,
        (7, 4): Reason.SERVER_ERROR,  # encryption: what was asked for is not there, or fails
        (7, 5): Reason.SERVER_ERROR,
        (7, 6): Reason.SERVER_ERROR,
        (7, 10): Reason.SERVER_ERROR,
        (7, 11): Reason.SERVER_ERROR,
        (7, 23): Reason.AUTH_FAILED,
        (7, 27): Reason.SENDER_REJECTED,  # RFC 7505: the sender's domain has a null MX
        (7, 28): Reason.RATE_LIMITED,  # the registry's "mail flood detected"
        (7, 29): Reason.AUTH_FAILED,  # RFC 8617: ARC validation failed
    }
)
"""(subject, detail) where the wording, if it says something, is the better witness."""

SUBJECTS: Mapping[int, Reason] = MappingProxyType(
    {
        3: Reason.SERVER_ERROR,
        4: Reason.EXPIRED,
        5: Reason.SERVER_ERROR,
        6: Reason.CONTENT_REJECTED,
        7: Reason.POLICY_REJECTED,
    }
)
"""The subject alone (RFC 3463, section 3), for details that no table knows."""

TEMPORARY: Mapping[tuple[int, int], Reason] = MappingProxyType(
    {
        (2, 0): Reason.RATE_LIMITED,
        (2, 1): Reason.RATE_LIMITED,  # a mailbox that is only busy (Google, Exchange)
        (7, 0): Reason.RATE_LIMITED,
        (7, 1): Reason.RATE_LIMITED,  # greylisting (RFC 6647, section 2.1) answers so
    }
)
"""What `GENERAL` says otherwise when the class is 4: come back later."""

TEMPORARY_SUBJECTS: Mapping[int, Reason] = MappingProxyType({7: Reason.RATE_LIMITED})
"""What `SUBJECTS` says otherwise when the class is 4 (Exchange Online: 4.7.500 to 4.7.899)."""

REPLY_CODES: Mapping[int, Reason] = MappingProxyType(
    {
        421: Reason.SERVER_ERROR,
        450: Reason.RATE_LIMITED,
        451: Reason.SERVER_ERROR,
        452: Reason.SERVER_ERROR,
        454: Reason.SERVER_ERROR,
        455: Reason.SERVER_ERROR,
        500: Reason.SERVER_ERROR,
        501: Reason.SERVER_ERROR,
        502: Reason.SERVER_ERROR,
        503: Reason.SERVER_ERROR,
        504: Reason.SERVER_ERROR,
        521: Reason.DOMAIN_UNKNOWN,  # RFC 7504: this host never takes email
        525: Reason.MAILBOX_DISABLED,
        530: Reason.POLICY_REJECTED,
        551: Reason.ADDRESS_MOVED,
        552: Reason.MAILBOX_FULL,
        555: Reason.SERVER_ERROR,
        556: Reason.DOMAIN_UNKNOWN,  # RFC 7504: this domain takes no email
        571: Reason.POLICY_REJECTED,
    }
)
"""The last resort. 550, 553 and 554 say too little to guess from."""


def reason_of(code: tuple[int, int, int] | None) -> Reason | None:
    """What an enhanced code says, or None where it says nothing (`5.0.0`, no code)."""
    if code is None:
        return None
    status_class, subject, detail = code
    known = PRECISE.get((subject, detail)) or GENERAL.get((subject, detail))
    if status_class == 4:
        known = TEMPORARY.get((subject, detail)) or known or TEMPORARY_SUBJECTS.get(subject)
    return known or SUBJECTS.get(subject)


def precise_reason_of(code: tuple[int, int, int] | None) -> Reason | None:
    """What an enhanced code says that is used for one thing only, or None."""
    return PRECISE.get(code[1:]) if code else None
