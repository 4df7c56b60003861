"""What a recipient's server said, and what one try to deliver came to."""

import re
from dataclasses import dataclass
from enum import StrEnum

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


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
        """The reply from what smtplib leaves of it: a code, and lines without it."""
        lines = message.decode("utf-8", "replace").split("\n")
        marked = [f"{code}-{line}" for line in lines[:-1]] + [f"{code} {lines[-1]}"]
        return cls(code=code, text="\n".join(marked))

    @property
    def status(self) -> str:
        """The enhanced status (RFC 3463): the server's own, or `<class>.0.0`."""
        found = _ENHANCED.search(self.text)
        return found.group() if found else f"{self.code // 100}.0.0"

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
