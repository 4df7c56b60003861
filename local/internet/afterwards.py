"""What happens to a message after its server accepted it: late bounces and complaints."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message

from local.internet.accepted_message import AcceptedMessage
from local.internet.behaviours import BEHAVIOURS
from local.internet.delivery_status import delivery_status_notification, diagnostic, status
from local.internet.feedback_loops import FeedbackLoops
from local.internet.feedback_report import feedback_report
from local.internet.mailer import Mailer
from local.internet.transcripts import Later, LaterKind, Transcripts


class Afterwards:
    """Carries out what the mailboxes' behaviours say, each after its seconds."""

    def __init__(
        self, transcripts: Transcripts, mailer: Mailer, feedback_loops: FeedbackLoops
    ) -> None:
        self._transcripts = transcripts
        self._mailer = mailer
        self._feedback_loops = feedback_loops
        self._tasks: set[asyncio.Task[None]] = set()
        self._reports: dict[LaterKind, Callable[[AcceptedMessage], None]] = {
            LaterKind.BOUNCED: self._bounce,
            LaterKind.COMPLAINED: self._complain,
        }

    def plan(self, accepted: AcceptedMessage) -> None:
        """Start the clock, on the event loop that runs; nothing for behaviours that end here."""
        kind = BEHAVIOURS[accepted.mailbox.behaviour].later
        if kind is None:
            return
        task = asyncio.get_running_loop().create_task(self._follow(accepted, self._reports[kind]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def give_up(self) -> None:
        """Forget what is planned; a report that is under way ends by itself."""
        for task in self._tasks:
            task.cancel()

    async def _follow(
        self, accepted: AcceptedMessage, report: Callable[[AcceptedMessage], None]
    ) -> None:
        await asyncio.sleep(accepted.mailbox.seconds)
        await asyncio.to_thread(report, accepted)

    def _bounce(self, accepted: AcceptedMessage) -> None:
        reply, now = accepted.late_reply, datetime.now(UTC)
        assert reply is not None, "servers.py lets no mailbox bounce without a reply"
        sender = accepted.envelope.mail_from
        later = Later(
            kind=LaterKind.BOUNCED,
            time=now,
            status=status(reply),
            diagnostic=diagnostic(reply),
            reported_to=sender,
        )
        notification = delivery_status_notification(
            host=accepted.host,
            sender=sender,
            recipient=accepted.recipient,
            reply=reply,
            message=accepted.message,
            arrived=accepted.time,
            now=now,
        )
        self._report(accepted, later, notification)

    def _complain(self, accepted: AcceptedMessage) -> None:
        now = datetime.now(UTC)
        signers = [
            each.domain for each in accepted.authentication.signatures if each.result == "pass"
        ]
        address = self._feedback_loops.address(signers)
        later = Later(kind=LaterKind.COMPLAINED, time=now, reported_to=address)
        report = feedback_report(
            host=accepted.host,
            reported_to=address,
            recipient=accepted.recipient,
            envelope=accepted.envelope,
            authentication=accepted.authentication,
            message=accepted.message,
            arrived=accepted.time,
            now=now,
        )
        self._report(accepted, later, report)

    def _report(self, accepted: AcceptedMessage, later: Later, report: Message) -> None:
        """Note it first: whoever gets the report must find it in the transcript."""
        self._transcripts.record_later(accepted.transcript_id, later)
        answer = "nobody to report to"
        if later.reported_to:
            answer = self._mailer.send(report, helo=accepted.host, recipient=later.reported_to)
        self._transcripts.record_later(accepted.transcript_id, replace(later, report_reply=answer))
