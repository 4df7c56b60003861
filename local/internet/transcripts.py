"""What recipients' servers said: one transcript for each message and recipient."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from local.internet.mailboxes import Folder, Verdicts


class Phase(StrEnum):
    """The SMTP command whose reply decided."""

    RCPT = "rcpt"
    DATA = "data"


class Outcome(StrEnum):
    """What the decisive reply means for the sender (RFC 5321, 4.2.1)."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    INTERRUPTED = "interrupted"  # the transaction ended before a decisive reply


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisiveReply:
    """The reply that decided; `text` is the whole reply, lines separated by a newline."""

    code: int
    enhanced: str
    text: str
    phase: Phase


class LaterKind(StrEnum):
    """What can happen to a message after it was accepted."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What the server did with a message after it had accepted it.

    status, diagnostic: those of the delivery status notification; "" for a complaint.
    reported_to: the address that the report went to; "" when nobody had registered for it.
    report_reply: what that address's server answered, or why the report could not be handed
        over; "" while the report is under way.
    """

    kind: LaterKind
    time: datetime
    status: str = ""
    diagnostic: str = ""
    reported_to: str = ""
    report_reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What one server did with one message to one recipient.

    server: the MX host.
    mail_from: the envelope's sender; "" for the null sender.
    conversation: the lines as exchanged, `C: ` before the client's and `S: ` before the server's.
    folder, verdicts: None unless the server read the message (folder: unless it accepted it).
    message_id, subject: header fields; "" unless the server read the message.
    """

    id: str
    time: datetime
    server: str
    mail_from: str
    recipient: str
    conversation: tuple[str, ...]
    reply: DecisiveReply
    outcome: Outcome
    folder: Folder | None = None
    verdicts: Verdicts | None = None
    message_id: str = ""
    subject: str = ""
    later: tuple[Later, ...] = ()


class Transcripts:
    """All transcripts of one internet, in the order of their decisions.

    Each is also a JSON line in the file. When something happens to a message later, its
    transcript is written again: the last line with an id is the valid one.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._by_id: dict[str, Transcript] = {}
        self._changed = threading.Condition()

    def all(self) -> list[Transcript]:
        with self._changed:
            return list(self._by_id.values())

    def for_recipient(self, address: str) -> list[Transcript]:
        """Those of an envelope recipient, oldest first; case does not matter."""
        return [each for each in self.all() if each.recipient.lower() == address.lower()]

    def record(self, transcript: Transcript) -> None:
        """Add a transcript, or put it in the place of the one with the same id."""
        with self._changed:
            self._by_id[transcript.id] = transcript
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(transcript), default=datetime.isoformat) + "\n")
            self._changed.notify_all()

    def record_later(self, transcript_id: str, later: Later) -> None:
        """Note what happened afterwards; a second note of the same kind replaces the first."""
        with self._changed:
            transcript = self._by_id[transcript_id]
            others = tuple(each for each in transcript.later if each.kind is not later.kind)
            self.record(replace(transcript, later=(*others, later)))

    def wait_for(
        self, condition: Callable[[Sequence[Transcript]], object], timeout: float = 30.0
    ) -> list[Transcript]:
        """Wait until the condition holds for all transcripts, and return them.

        timeout is in seconds. Raises TimeoutError, naming how many transcripts there were.
        """
        with self._changed:
            if not self._changed.wait_for(
                lambda: condition(list(self._by_id.values())), timeout=timeout
            ):
                raise TimeoutError(
                    f"The transcripts did not come to what was waited for in {timeout} seconds; "
                    f"there are {len(self._by_id)}, see {self._file}"
                )
            return list(self._by_id.values())
