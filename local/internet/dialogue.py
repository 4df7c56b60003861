"""One SMTP connection as it goes, and the transcripts that come of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from local.internet.mailboxes import Folder, Verdicts
from local.internet.reply import Reply
from local.internet.transcripts import DecisiveReply, Outcome, Phase, Transcript

_OUTCOMES = {2: Outcome.ACCEPTED, 4: Outcome.DEFERRED, 5: Outcome.REFUSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the server learned from reading the message."""

    verdicts: Verdicts
    message_id: str
    subject: str


class Dialogue:
    """Notes what both sides say; a transcript is recorded just before its reply goes out.

    So a sender never knows more about its message than the transcripts do.
    """

    def __init__(self, server: str, record: Callable[[Transcript], None]) -> None:
        self._server = server
        self._record = record
        self._before_mail: list[str] = []  # the greeting, EHLO and so on
        self._lines = self._before_mail
        self._said: list[str] = []  # the lines of the reply under way
        self._last_reply = Reply(code=0, enhanced="", text="")
        self._phase = Phase.RCPT
        self._mail_from = ""
        self._open: list[str] = []  # recipients let in at RCPT and not decided yet
        self._decided: list[Transcript] = []  # waiting for their reply to go out

    def client_said(self, line: str) -> None:
        self._lines.append(f"C: {line}")
        self._phase = Phase.DATA if line == "DATA" else Phase.RCPT

    def server_said(self, text: str) -> None:
        lines = text.splitlines()
        self._lines.extend(f"S: {line}" for line in lines)
        self._said.extend(lines)
        if lines[-1][3:4] != "-":
            self._last_reply = Reply.parse("\n".join(self._said))
            self._said = []
            if self._phase is Phase.DATA and self._last_reply.code >= 400:
                self._decide_all(self._last_reply)
        self._write()

    def start_transaction(self) -> None:
        """The next command is MAIL: what came before the first one belongs to each transaction."""
        self.interrupt()
        self._lines = list(self._before_mail)

    def name_sender(self, mail_from: str) -> None:
        self._mail_from = mail_from

    def let_in(self, recipient: str) -> None:
        """The recipient was accepted at RCPT; what follows decides."""
        self._open.append(recipient)

    def decide(
        self,
        recipient: str,
        reply: Reply,
        *,
        phase: Phase,
        folder: Folder | None = None,
        content: Content | None = None,
    ) -> str:
        """Say which reply decides for a recipient; returns the id of its transcript.

        It is recorded with the next thing that the server says.
        """
        transcript = self._transcript(recipient, reply, phase, _OUTCOMES[reply.code // 100])
        if content:
            transcript = replace(
                transcript,
                folder=folder,
                verdicts=content.verdicts,
                message_id=content.message_id,
                subject=content.subject,
            )
        self._open = [each for each in self._open if each != recipient]
        self._decided.append(transcript)
        return transcript.id

    def interrupt(self) -> None:
        """The transaction is over: who was let in and not decided will never be."""
        self._decided.extend(
            self._transcript(recipient, self._last_reply, self._phase, Outcome.INTERRUPTED)
            for recipient in self._open
        )
        self._open = []
        self._write()

    def _decide_all(self, reply: Reply) -> None:
        """A refusal of the whole message, as for its size, is one for everybody let in."""
        for recipient in list(self._open):
            self.decide(recipient, reply, phase=Phase.DATA)

    def _write(self) -> None:
        for transcript in self._decided:
            self._record(replace(transcript, conversation=tuple(self._lines)))
        self._decided = []

    def _transcript(
        self, recipient: str, reply: Reply, phase: Phase, outcome: Outcome
    ) -> Transcript:
        return Transcript(
            id=uuid4().hex,
            time=datetime.now(UTC),
            server=self._server,
            mail_from=self._mail_from,
            recipient=recipient,
            conversation=(),
            reply=DecisiveReply(
                code=reply.code, enhanced=reply.enhanced, text=reply.text, phase=phase
            ),
            outcome=outcome,
        )
