"""The recipients' mailboxes and what lies in them."""

import threading
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Folder(StrEnum):
    """Where a server put a message that it accepted."""

    INBOX = "inbox"
    JUNK = "junk"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Results of authentication, each a word of RFC 8601: pass, fail, none, softfail and so on."""

    spf: str
    dkim: str
    dmarc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message in a mailbox.

    recipient: the envelope's recipient, which may carry a detail (`name+detail@`).
    raw: as stored: Return-Path, Authentication-Results and Received above what was received.
    """

    time: datetime
    recipient: str
    folder: Folder
    raw: bytes
    verdicts: Verdicts


def mailbox_name(address: str) -> str:
    """The mailbox that an address leads to: lower-case, without detail (RFC 5233)."""
    local_part, _, domain = address.lower().rpartition("@")
    return f"{local_part.partition('+')[0]}@{domain}"


class Mailboxes:
    """The stored messages of all servers."""

    def __init__(self) -> None:
        self._messages: dict[str, list[StoredMessage]] = {}
        self._lock = threading.Lock()

    def store(self, message: StoredMessage) -> None:
        with self._lock:
            self._messages.setdefault(mailbox_name(message.recipient), []).append(message)

    def messages(self, address: str) -> list[StoredMessage]:
        """What lies in the mailbox of an address, oldest first, in all folders."""
        with self._lock:
            return list(self._messages.get(mailbox_name(address), ()))

    def addresses(self) -> list[str]:
        """The mailboxes that hold at least one message."""
        with self._lock:
            return sorted(self._messages)
