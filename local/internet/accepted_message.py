"""A message that a server has taken for one of its mailboxes."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from local.internet.authentication import Authentication, Envelope
from local.internet.characters import Mailbox
from local.internet.mailboxes import Folder, StoredMessage
from local.internet.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedMessage:
    """One message for one recipient.

    recipient: as in the envelope, perhaps with a detail; mailbox: the one that it leads to.
    message: as received. time: when it was accepted.
    late_reply: the reply that the mailbox's row names, for behaviours that refuse afterwards.
    """

    transcript_id: str
    host: str
    queue_id: str
    mailbox: Mailbox
    recipient: str
    folder: Folder
    envelope: Envelope
    authentication: Authentication
    message: bytes
    late_reply: Reply | None
    time: datetime

    def stored(self) -> StoredMessage:
        """The message as it lies in the mailbox."""
        return StoredMessage(
            time=self.time,
            recipient=self.recipient,
            folder=self.folder,
            raw=self._trace() + self.message,
            verdicts=self.authentication.verdicts,
        )

    def _trace(self) -> bytes:
        """The fields that the last server puts on top (RFC 5321, 4.4; RFC 8601, 5)."""
        fields = (
            f"Return-Path: <{self.envelope.mail_from}>",
            self.authentication.header,
            f"Received: from {self.envelope.helo} ([{self.envelope.client}])",
            f"\tby {self.host} with ESMTP id {self.queue_id}",
            f"\tfor <{self.recipient}>; {format_datetime(self.time)}",
        )
        return "".join(f"{field}\r\n" for field in fields).encode()
