"""SES's own mail server: takes bounces and complaints, and turns them into events."""

import logging

from aiosmtpd.smtp import SMTP, Envelope, Session

from local.ses.bounces import HARD, SOFT, bounce_type
from local.ses.events import BouncedRecipient
from local.ses.message import Message
from local.ses.outcomes import Outcomes
from local.ses.reports import AutoReply, DeliveryStatus, FeedbackReport, Report, read
from local.ses.sent import SentMessages
from local.ses.smtp_server import FreePortController

_log = logging.getLogger(__name__)

_COMPLAINTS = "complaints"

_NO_COMPLAINT = frozenset({"not-spam", "auth-failure"})
"""Feedback types (RFC 5965, 7.3; RFC 6591) in which nobody calls the message unwanted."""


def feedback_loop_address(host: str) -> str:
    """The address that SES gives to providers for their users' complaints."""
    return f"{_COMPLAINTS}@{host}"


class FeedbackServer:
    """An SMTP server on a free loopback port.

    Bounces come to a message's envelope sender, complaints to `feedback_loop_address`.
    """

    def __init__(self, host: str, *, sent: SentMessages, outcomes: Outcomes) -> None:
        self._host = host
        self._sent = sent
        self._outcomes = outcomes
        self._controller = FreePortController(
            self, server_hostname=host, ident="ESMTP", decode_data=False, data_size_limit=None
        )
        self._controller.start()

    @property
    def endpoint(self) -> tuple[str, int]:
        """Where it listens."""
        return self._controller.endpoint

    def close(self) -> None:
        """Stops listening and ends the thread; a second call does nothing."""
        if self._controller.loop.is_running():
            self._controller.stop()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        """Takes mail for envelope senders that SES has given out, and for complaints."""
        del server, session, rcpt_options
        if address.lower() != feedback_loop_address(self._host) and not self._message(address):
            return "550 5.1.1 No such message was sent from here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Reads one report and tells what it says."""
        del server
        content, peer = envelope.content, session.peer
        assert isinstance(content, bytes)  # the controller does not decode
        assert peer is not None
        report = read(content)
        for address in envelope.rcpt_tos:
            self._take(report, self._message(address), peer[0])
        return "250 2.0.0 OK"

    def _take(self, report: Report | None, message: Message | None, remote_ip: str) -> None:
        if isinstance(report, FeedbackReport):
            self._complaint(report, message)
        elif message is None:
            _log.info("mail to the feedback address that is no feedback report was ignored")
        elif isinstance(report, DeliveryStatus):
            self._bounce(report, message, remote_ip)
        elif isinstance(report, AutoReply):
            self._auto_reply(message)

    def _bounce(self, report: DeliveryStatus, message: Message, remote_ip: str) -> None:
        first = report.recipients[0]
        kind = bounce_type(first.status, first.diagnostic or "") if first.status else HARD
        self._outcomes.bounced(
            message,
            kind,
            report.recipients,
            reporting_mta=report.reporting_mta,
            remote_ip=remote_ip,
        )

    def _auto_reply(self, message: Message) -> None:
        recipients = [BouncedRecipient(address=address) for address in message.destination]
        self._outcomes.bounced(message, SOFT, recipients)

    def _complaint(self, report: FeedbackReport, message: Message | None) -> None:
        reported = self._sent.find(report.message_id) if report.message_id else message
        if reported is None:
            _log.info("a complaint about a message that was not sent from here was ignored")
            return
        recipients = report.recipients or reported.destination
        unwanted = report.fields.get("complaintFeedbackType") not in _NO_COMPLAINT
        self._outcomes.complained(reported, recipients, report.fields, suppress=unwanted)

    def _message(self, address: str) -> Message | None:
        """The message whose envelope sender this address is."""
        message = self._sent.find(address.partition("@")[0].lower())
        if message and message.envelope_sender.lower() == address.lower():
            return message
        return None
