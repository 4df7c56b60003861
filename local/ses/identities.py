"""Email identities: who may send, with which DKIM keys and which MAIL FROM domain."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock
from typing import Any

from local.ses.errors import already_exists, not_found
from local.ses.keys import DkimKey
from local.ses.settings import Settings
from local.ses.verification import SENDS, Sight, Status, Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFrom:
    """A custom MAIL FROM domain (RFC 5321's reverse-path) of an identity."""

    domain: str
    behavior_on_mx_failure: str
    """`USE_DEFAULT_VALUE` or `REJECT_MESSAGE`."""
    verification: Verification

    def after(self, sight: Sight, moment: datetime, settings: Settings) -> "MailFrom":
        """The same domain after one look at its records."""
        return replace(self, verification=self.verification.after(sight, moment, settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailIdentity:
    """A domain, or one address, that the account sends from."""

    name: str
    dkim_keys: tuple[DkimKey, ...]
    """Empty for an address: SES makes tokens for domains."""
    keys_generated_at: datetime
    verification: Verification
    """Of the domain, by its DKIM records: Easy DKIM is also the proof of control."""
    signing_enabled: bool = True
    mail_from: MailFrom | None = None
    configuration_set: str | None = None
    feedback_forwarding: bool = True
    tags: tuple[dict[str, Any], ...] = field(default=())

    @property
    def is_domain(self) -> bool:
        """Whether the identity is a domain; otherwise it is a single address."""
        return "@" not in self.name

    @property
    def type(self) -> str:
        """`DOMAIN` or `EMAIL_ADDRESS`."""
        return "DOMAIN" if self.is_domain else "EMAIL_ADDRESS"

    @property
    def may_send(self) -> bool:
        """Whether SES accepts mail from it now."""
        return self.verification.status in SENDS

    @property
    def tokens(self) -> tuple[str, ...]:
        """The selectors that stand in the three CNAMEs."""
        return tuple(key.selector for key in self.dkim_keys)

    @property
    def usable_mail_from(self) -> str | None:
        """The MAIL FROM domain, if there is one and its records are there."""
        if self.mail_from and self.mail_from.verification.status is Status.SUCCESS:
            return self.mail_from.domain
        return None


class EmailIdentities:
    """The identities of one account and region, by lower-case name."""

    def __init__(self) -> None:
        self._identities: dict[str, EmailIdentity] = {}
        self._lock = RLock()

    def add(self, identity: EmailIdentity) -> None:
        """Keeps a new identity; raises ApiError `AlreadyExistsException`."""
        with self._lock:
            if identity.name in self._identities:
                raise already_exists(f"Email identity {identity.name} already exist.")
            self._identities[identity.name] = identity

    def find(self, name: str) -> EmailIdentity | None:
        """The identity, or None."""
        with self._lock:
            return self._identities.get(name.lower())

    def get(self, name: str) -> EmailIdentity:
        """The identity; raises ApiError `NotFoundException`."""
        identity = self.find(name)
        if identity is None:
            raise not_found(f"Email identity {name} does not exist.")
        return identity

    def change(self, name: str, **fields: Any) -> EmailIdentity:
        """Replaces fields of an identity; raises ApiError `NotFoundException`."""
        with self._lock:
            changed = replace(self.get(name), **fields)
            self._identities[changed.name] = changed
            return changed

    def remove(self, name: str) -> EmailIdentity:
        """Forgets an identity; raises ApiError `NotFoundException`."""
        with self._lock:
            identity = self.get(name)
            del self._identities[identity.name]
            return identity

    def all(self) -> list[EmailIdentity]:
        """Every identity in the order of names."""
        with self._lock:
            return sorted(self._identities.values(), key=lambda identity: identity.name)

    def covering(self, address: str) -> Iterator[EmailIdentity]:
        """What could vouch for an address: itself, then its domain, then the parent domains.

        The most specific one comes first, which is the order in which SES looks.
        https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
        """
        labels = address.lower().rpartition("@")[2].split(".")
        domains = [".".join(labels[start:]) for start in range(len(labels))]
        with self._lock:
            found = [self._identities.get(name) for name in (address.lower(), *domains)]
        return (identity for identity in found if identity)
