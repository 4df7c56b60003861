"""Every id is an address: from an id alone the item that it names is found with one GetItem.

====================  =======================================================
contact key           128 bits of SHA-256 over (tenant, normalised address)
contact id            ``ct_<contact key>``
email ULID            48 bits of milliseconds, 64 of the request, 16 of the recipient's index
email id              ``em_<contact key>_<ULID>``
attempt id            ``at_<ULID>``
====================  =======================================================

All are lower-case Crockford base32, so they fit an SES message tag (letters, digits, ``_``, ``-``).
An id proves nothing: every item carries its tenant, and another tenant's id is "not found".
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from bellhop.domain.addresses import normalise

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGITS = {digit: value for value, digit in enumerate(_ALPHABET)}
_LENGTH = 26  # of 128 bits in base32
_EMAIL_ID = re.compile(rf"em_([{_ALPHABET}]{{{_LENGTH}}})_([{_ALPHABET}]{{{_LENGTH}}})")
_CONTACT_ID = re.compile(rf"ct_([{_ALPHABET}]{{{_LENGTH}}})")


def _encode(number: int) -> str:
    digits = []
    for _ in range(_LENGTH):
        number, remainder = divmod(number, 32)
        digits.append(_ALPHABET[remainder])
    return "".join(reversed(digits))


def _decode(text: str) -> int:
    number = 0
    for digit in text:
        number = number * 32 + _DIGITS[digit]
    return number


def fingerprint(*parts: str) -> bytes:
    """SHA-256 over parts whose lengths are hashed too, so that no two lists of parts collide."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big"))
        digest.update(encoded)
    return digest.digest()


def contact_key(tenant: str, address: str) -> str:
    """The key of a tenant's mailbox: the same for every spelling that differs only in case."""
    return _encode(int.from_bytes(fingerprint(tenant, normalise(address))[:16], "big"))


def contact_id(key: str) -> str:
    """The public id of a contact."""
    return f"ct_{key}"


def parse_contact_id(text: str) -> str | None:
    """The contact key inside a contact id, or ``None`` if the text is not a contact id."""
    match = _CONTACT_ID.fullmatch(text)
    return match.group(1) if match else None


def request_hash(
    tenant: str, operation: str, idempotency_key: str, batch_index: int | None = None
) -> int:
    """64 bits that name a request: repeated with the same key it is the same request.

    ``batch_index`` is the item's place in a batch, and ``None`` outside one, so that a key which
    looks like another key's batch item stays another request.
    """
    item = () if batch_index is None else (str(batch_index),)
    return int.from_bytes(fingerprint(tenant, operation, idempotency_key, *item)[:8], "big")


def request_key(tenant: str, request: int) -> str:
    """The partition key of a request item."""
    return f"R#{tenant}#{request:016x}"


def reference_key(tenant: str, kind: str, text: str) -> str:
    """The partition key of the emails that a reference of the CRM's leads to.

    A hash: the reference itself may be personal data, and stands with the emails only.
    """
    return f"F#{_encode(int.from_bytes(fingerprint(tenant, kind, text)[:16], 'big'))}"


@dataclass(frozen=True, slots=True)
class EmailId:
    """Names one email: its contact and its ULID within the contact."""

    contact: str
    ulid: str

    @classmethod
    def create(cls, *, contact: str, at: datetime, request: int, recipient_index: int) -> "EmailId":
        """The id of a request's recipient number ``recipient_index`` (0..65,535)."""
        if not 0 <= recipient_index < 1 << 16:
            raise ValueError(f"recipient_index must be 0..65535, got {recipient_index}")
        milliseconds = int(at.timestamp() * 1000)
        return cls(contact, _encode(milliseconds << 80 | request << 16 | recipient_index))

    @classmethod
    def parse(cls, text: str) -> "EmailId | None":
        """The email that ``text`` names, or ``None`` if it is not an email id."""
        match = _EMAIL_ID.fullmatch(text)
        return cls(match.group(1), match.group(2)) if match else None

    @property
    def request(self) -> int:
        """The 64 bits that name the request this email came with."""
        return _decode(self.ulid) >> 16 & (1 << 64) - 1

    @property
    def accepted_at(self) -> datetime:
        """When the request was accepted, to the millisecond."""
        return datetime.fromtimestamp((_decode(self.ulid) >> 80) / 1000, UTC)

    def __str__(self) -> str:
        return f"em_{self.contact}_{self.ulid}"


def new_attempt_id(at: datetime) -> str:
    """A fresh name for one call to SES; sorts by time."""
    milliseconds = int(at.timestamp() * 1000)
    return f"at_{_encode(milliseconds << 80 | secrets.randbits(80))}"
