"""How SES names a failure: bounce type and subtype, and the type of a delay.

SES does not publish its rules. The rows follow its list of types and the notifications that its
users have published; where those differ, a row takes the answer that is harder for the reader
(policy refusals that come as Permanent, unknown domains that come as Transient).
https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from local.ses.replies import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceType:
    """The two names that a Bounce event carries."""

    type: str
    subtype: str

    @property
    def suppresses(self) -> bool:
        """Whether SES calls it a hard bounce, which puts the address on the suppression list."""
        return self.type == "Permanent"


HARD = BounceType(type="Permanent", subtype="General")
SOFT = BounceType(type="Transient", subtype="General")
UNDETERMINED = BounceType(type="Undetermined", subtype="Undetermined")
ON_ACCOUNT_SUPPRESSION_LIST = BounceType(type="Permanent", subtype="OnAccountSuppressionList")
SUPPRESSED = BounceType(type="Permanent", subtype="Suppressed")
TIMED_OUT = BounceType(type="Transient", subtype="CustomTimeoutExceeded")

_FULL = BounceType(type="Transient", subtype="MailboxFull")
_TOO_LARGE = BounceType(type="Transient", subtype="MessageTooLarge")
_CONTENT = BounceType(type="Transient", subtype="ContentRejected")
_ATTACHMENT = BounceType(type="Transient", subtype="AttachmentRejected")

_BOUNCES: Sequence[tuple[str, str, BounceType]] = (
    # enhanced status (RFC 3463), words of the reply, what SES makes of them; the first row wins
    (r"\.2\.2$", "", _FULL),
    (r"\.2\.3$|\.3\.4$", "", _TOO_LARGE),
    (r"^5\.", r"\bspam|unsolicited|content (was )?rejected", _CONTENT),
    (r"^5\.", r"attachment|virus", _ATTACHMENT),
    (r"^5\.6\.", "", _CONTENT),
    (r"^5\.4\.1$", "", HARD),
    (r"^5\.[345]\.", "", SOFT),
    (r"^5\.", "", HARD),
    (r"^4\.", "", SOFT),
)

_DELAYS: Sequence[tuple[str, str, str]] = (
    (r"\.2\.2$", "", "MailboxFull"),
    (r"\.4\.", "", "TransientCommunicationFailure"),
    (r"", r"\bspam|unsolicited", "SpamDetected"),
    (r"\.7\.", r"\bIP\b|block ?list|reputation", "IPFailure"),
    (r"\.[35]\.", "", "RecipientServerError"),
    (r"", "", "General"),
)


def bounce_type(status: str, text: str) -> BounceType:
    """The type of a bounce with this status and these words."""
    for pattern, words, found in _BOUNCES:
        if re.search(pattern, status) and re.search(words, text, re.IGNORECASE):
            return found
    return UNDETERMINED


def delay_type(reply: Reply) -> str:
    """The `delayType` of a deferral."""
    return next(
        name
        for pattern, words, name in _DELAYS
        if re.search(pattern, reply.status) and re.search(words, reply.text, re.IGNORECASE)
    )


def expired(last: Reply, minutes: int) -> Reply:
    """SES's own verdict on a message that was deferred for too long, around the last reply."""
    inner = last.text.replace("\n", "<CRLF>")
    return Reply(
        code=554,
        text=f"554 4.4.7 Message expired: unable to deliver in {minutes} minutes.<{inner}>",
    )
