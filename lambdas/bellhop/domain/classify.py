"""From what SES and the recipient's server said to one of the 18 reasons.

The witnesses, best first; the first that says something decides:

1. SES itself, where it did not try: suppression subtypes.
2. A provider's own idiom (`idioms`).
3. An enhanced code in the text that is used for one thing only (`status_codes.PRECISE`).
4. What the text says in plain words (`WORDINGS`).
5. The text's other enhanced code (RFC 3463).
6. Words that refuse without a cause (`OF_NO_CAUSE`).
7. SES's `status`, which only sums up, then its bounce subtype or delay type.
8. The bare reply code (RFC 5321), then the report's action (RFC 3464).

The text of several lines is one text, and an expiry is read by the reply it quotes (`replies`).
Nothing here raises: what cannot be read is `Reason.UNKNOWN`.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from bellhop.domain.idioms import read_idiom
from bellhop.domain.reasons import Reason
from bellhop.domain.replies import Reply, one_line, read_line, read_reply, read_status
from bellhop.domain.status_codes import REPLY_CODES, precise_reason_of, reason_of
from bellhop.domain.wordings import Wording, read_wording
from bellhop.domain.wordings_message import OF_THE_CONTENT, OF_THE_SIZE, OF_THE_VERDICT
from bellhop.domain.wordings_recipient import (
    OF_NO_CAUSE,
    OF_THE_RECIPIENT,
    OF_THE_ROOM,
    OF_THE_SERVICE,
)
from bellhop.domain.wordings_sender import (
    OF_OUR_PROOF,
    OF_OUR_RATE,
    OF_OUR_REPUTATION,
    OF_THE_SENDERS_ADDRESS,
)

WORDINGS: tuple[Wording, ...] = (
    *OF_THE_SERVICE,
    *OF_OUR_PROOF,
    *OF_THE_SIZE,
    *OF_OUR_RATE,
    *OF_THE_VERDICT,
    *OF_OUR_REPUTATION,
    *OF_THE_CONTENT,
    *OF_THE_ROOM,
    *OF_THE_SENDERS_ADDRESS,
    *OF_THE_RECIPIENT,
)
"""The sentences that say what is wrong, in the order in which they are asked."""

NOT_TRIED: frozenset[str] = frozenset(
    {
        "Suppressed",
        "OnAccountSuppressionList",
        "OnTenantSuppressionList",
        "EmailValidationSuppressed",
    }
)
"""Bounce subtypes that mean: SES did not send (SES developer guide, bounce object)."""

SUBTYPES: Mapping[str, Reason] = MappingProxyType(
    {
        "NoEmail": Reason.USER_UNKNOWN,
        "MailboxFull": Reason.MAILBOX_FULL,
        "MessageTooLarge": Reason.MESSAGE_TOO_LARGE,
        "ContentRejected": Reason.SPAM_CONTENT,
        "AttachmentRejected": Reason.CONTENT_REJECTED,
        "CustomTimeoutExceeded": Reason.EXPIRED,
        # Delay types (SES developer guide, delivery delay object).
        "InternalFailure": Reason.SERVER_ERROR,
        "SpamDetected": Reason.REPUTATION_BLOCKED,
        "RecipientServerError": Reason.SERVER_ERROR,
        "IPFailure": Reason.REPUTATION_BLOCKED,
        "BYOIPHostNameLookupUnavailable": Reason.REPUTATION_BLOCKED,
        "TransientCommunicationFailure": Reason.EXPIRED,
        "SendingDeferral": Reason.RATE_LIMITED,
    }
)
"""What SES's own summary says when the recipient's server said nothing."""

TYPES: Mapping[str, Reason] = MappingProxyType(
    {
        "Reject": Reason.CONTENT_REJECTED,  # SES found a virus: "Bad content"
    }
)

ACTIONS: Mapping[str, Reason] = MappingProxyType(
    {
        "delayed": Reason.RATE_LIMITED,  # RFC 3464, 2.3.3: not taken yet, and no cause given
    }
)


def classify(
    *,
    bounce_type: str,
    bounce_subtype: str = "",
    status: str = "",
    diagnostic: str = "",
    action: str = "",
    recipient_domain: str = "",
) -> Reason:
    """The reason of a bounce, a delay or a rejection.

    `bounce_type`: SES's `bounceType`, or `Reject`. `bounce_subtype`: `bounceSubType`, or a delay's
    `delayType`. `status`, `diagnostic` and `action` are the recipient's fields as SES gives them.
    All may be empty. `recipient_domain` is what stands after @ in the address that failed; it
    tells some providers' codes apart.
    """
    if bounce_subtype in NOT_TRIED:
        return Reason.SUPPRESSED
    said, code = _read(one_line(diagnostic), recipient_domain.lower())
    return (
        said
        or reason_of(read_status(status))
        or SUBTYPES.get(bounce_subtype)
        or TYPES.get(bounce_type)
        or REPLY_CODES.get(code or 0)
        or ACTIONS.get(action)
        or Reason.UNKNOWN
    )


@lru_cache(maxsize=1024)
def _read(line: str, recipient_domain: str) -> tuple[Reason | None, int | None]:
    """What the server's own text says, and its reply code.

    Servers say few sentences, over and over: the last ones are remembered.
    """
    reply = read_line(line)
    return said_by(reply, recipient_domain), reply.code


def said_by(reply: Reply, recipient_domain: str = "") -> Reason | None:
    """What a server's own text says: witnesses 2 to 6."""
    return (
        read_idiom(reply.text, recipient_domain)
        or precise_reason_of(reply.enhanced)
        or read_wording(reply.words, WORDINGS)
        or reason_of(reply.enhanced)
        or read_wording(reply.words, OF_NO_CAUSE)
    )


forget = _read.cache_clear
"""Forgets what was read: for who changes the rules."""


def says_null_mx(*, status: str = "", diagnostic: str = "") -> bool:
    """Whether the domain itself declares that it takes no email (RFC 7505, RFC 7504)."""
    reply = read_reply(diagnostic)
    code = reply.enhanced or read_status(status)
    return (
        "null mx" in reply.words
        or "nullmx" in reply.words
        or reply.code == 556
        # Exchange Online uses x.1.10 for a missing mailbox, and says so.
        or (code is not None and code[1:] == (1, 10) and "recip" not in reply.text)
    )
