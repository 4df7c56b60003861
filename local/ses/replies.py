"""What a recipient's server said, and what one try to deliver came to."""

import re
from dataclasses import dataclass
from enum import StrEnum

_ENHANCED = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
"""An enhanced status code (RFC 3463), wherever a server puts it; not a part of an IP address."""


class Verdict(StrEnum):
    """How one try ended."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    """Not now: try again."""
    REFUSED = "refused"
    """Not ever: do not try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One SMTP reply; `text` holds its lines as sent, code and all, joined by a line feed."""

    code: int
    text: str

    @classmethod
    def of(cls, code: int, message: bytes) -> "Reply":
        """The reply from what smtplib leaves of it: a code, and lines without it.

        smtplib gives -1 for a line that has no code; such a server is not understood today.
        """
        lines = message.decode("utf-8", "replace").split("\n")
        if code not in range(200, 600):
            return cls(code=421, text=f"421 4.5.0 Reply not understood: {lines[0]}")
        marked = [f"{code}-{line}" for line in lines[:-1]] + [f"{code} {lines[-1]}"]
        return cls(code=code, text="\n".join(marked))

    @property
    def status(self) -> str:
        """The enhanced status (RFC 3463): the server's own, or `<class>.0.0`."""
        found = _ENHANCED.search(self.text)
        return found.group() if found else f"{_STATUS_CLASS[verdict_of(self.code)]}.0.0"

    @property
    def diagnostic(self) -> str:
        """As a DSN's Diagnostic-Code field says it (RFC 3464, 2.3.6)."""
        return f"smtp; {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The end of one try to deliver to one recipient."""

    verdict: Verdict
    reply: Reply
    remote_ip: str | None = None
    """Address of the server that said so; None when none was reached."""
    tls_version: str | None = None
    """`TLSv1.3` and the like; None for a connection in the clear."""
    next_host: bool = False
    """Whether the host itself was the trouble, so that another one may take the message."""


def verdict_of(code: int) -> Verdict:
    """What a reply code means for the message (RFC 5321, 4.2.1)."""
    if code // 100 == 2:
        return Verdict.ACCEPTED
    return Verdict.REFUSED if code // 100 == 5 else Verdict.DEFERRED


_STATUS_CLASS = {Verdict.ACCEPTED: 2, Verdict.DEFERRED: 4, Verdict.REFUSED: 5}
