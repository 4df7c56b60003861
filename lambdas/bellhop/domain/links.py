"""Private links to a sender's page: without log-in, with an end, and kept as hashes."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

USUAL_LIFETIME = timedelta(days=14)
LONGEST_LIFETIME = timedelta(days=90)
MOST_LINKS = 5
"""That a sender has at once."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as it is kept.

    Attributes:
        hash: of its token; see :func:`hash_of`.
        expires_at: from then on it opens nothing.
    """

    hash: str
    expires_at: datetime


def new_token() -> str:
    """256 random bits, as they stand in a URL."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether a text looks like a token, so that it is worth a look at the table."""
    return bool(_TOKEN.fullmatch(text))


def hash_of(token: str) -> str:
    """What is kept of a token: with 256 random bits a plain SHA-256 cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def still_open(links: tuple[Link, ...], now: datetime) -> tuple[Link, ...]:
    """The links that have not run out."""
    return tuple(link for link in links if link.expires_at > now)
