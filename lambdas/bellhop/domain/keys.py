"""API keys: shown once, kept as a hash, carrying their tenant and scopes."""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_KEY = re.compile(r"bellhop_([a-z0-9][a-z0-9-]{0,39})_([A-Za-z0-9-]{40,64})")
TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Scope(StrEnum):
    """What a key may do."""

    EMAILS_SEND = "emails:send"
    EMAILS_READ = "emails:read"
    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    SENDERS_READ = "senders:read"
    SENDERS_WRITE = "senders:write"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is kept.

    Attributes:
        tenant: whose data it opens.
        hash: of the whole key text; see :func:`hash_of`.
        name: what the operator called it.
        scopes: what it may do.
        created_at, expires_at, revoked_at: ``None`` where it never happened or happens.
    """

    tenant: str
    hash: str
    name: str
    scopes: Collection[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_valid(self, at: datetime) -> bool:
        """Whether the key opens anything at that time."""
        expired = self.expires_at is not None and self.expires_at <= at
        return self.revoked_at is None and not expired


def new_key(tenant: str) -> str:
    """A new key's text: 256 random bits behind the tenant's id."""
    return f"bellhop_{tenant}_{secrets.token_hex(32)}"


def tenant_of(text: str) -> str | None:
    """The tenant that a key's text names, or ``None`` if the text is no key."""
    match = _KEY.fullmatch(text)
    return match.group(1) if match else None


def hash_of(text: str) -> str:
    """What is kept of a key: its text has 256 random bits, so a plain SHA-256 is not searchable."""
    return hashlib.sha256(text.encode()).hexdigest()
