"""A recipient's mail server: what it answers to each command, and where it puts the mail."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser

from aiosmtpd.smtp import SMTP, Session, TLSSetupException
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from dns.resolver import Resolver

from local.internet.accepted_message import AcceptedMessage
from local.internet.afterwards import Afterwards
from local.internet.authentication import Authentication, Envelope, authenticate
from local.internet.behaviours import BEHAVIOURS, Attempt, FirstTries
from local.internet.characters import Server
from local.internet.dialogue import Content, Dialogue
from local.internet.mailboxes import Folder, Mailboxes
from local.internet.placeholders import new_queue_id, placeholders
from local.internet.policies import rule
from local.internet.reply import Reply
from local.internet.servers import Servers
from local.internet.transcripts import Phase

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What all servers of one internet share."""

    servers: Servers
    resolver: Resolver
    mailboxes: Mailboxes
    first_tries: FirstTries
    afterwards: Afterwards


class Receiver:
    """Decides for one connection; aiosmtpd calls the `handle_` methods, in SMTP's order."""

    def __init__(self, host: str, dialogue: Dialogue, services: Services) -> None:
        self._host = host
        self._dialogue = dialogue
        self._services = services
        self._queue_id = ""
        self._envelope = Envelope(client="", helo="", mail_from="")

    @property
    def _row(self) -> Server:
        """As it is now: a test may change it between two commands."""
        return self._services.servers.server(self._host)

    def turned_away(self, client: str) -> str:
        """The reply that a client gets in place of the greeting; empty when it is welcome."""
        self._envelope = Envelope(client=client, helo="", mail_from="")
        name = self._row.turns_away
        return self._reply(name, recipient="").wire if name else ""

    def reply_seconds(self) -> float:
        """How long the server takes for each reply."""
        return self._row.reply_seconds

    def hangs_up(self, recipients: list[str]) -> bool:
        """Whether the connection ends in the middle of the message for these recipients."""
        return any(self._hangs_up(recipient) for recipient in recipients)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self,
        _smtp: SMTP,
        session: Session,
        envelope: SmtpEnvelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self._row.requires_tls and session.ssl is None:
            return self._reply("tls_required", recipient="").wire
        envelope.mail_from = address
        self._queue_id = new_queue_id()
        self._envelope = Envelope(
            client=session.peer[0] if session.peer else "",
            helo=session.host_name or "",
            mail_from=address.strip("<>"),  # aiosmtpd leaves the null sender its brackets
        )
        self._dialogue.name_sender(self._envelope.mail_from)
        return "250 2.1.0 Sender OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _smtp: SMTP,
        _session: Session,
        envelope: SmtpEnvelope,
        address: str,
        _options: list[str],
    ) -> str:
        if refusal := await self._refusal(address, Phase.RCPT):
            reply = self._reply(refusal, address)
            self._dialogue.decide(address, reply, phase=Phase.RCPT)
            return reply.wire
        envelope.rcpt_tos.append(address)
        self._dialogue.let_in(address)
        return "250 2.1.5 Recipient OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _smtp: SMTP, _session: Session, envelope: SmtpEnvelope
    ) -> str:
        message, recipients = envelope.original_content or b"", list(envelope.rcpt_tos)
        authentication = await asyncio.to_thread(
            authenticate,
            message,
            self._envelope,
            server=self._host,
            resolver=self._services.resolver,
        )
        ruling = rule(authentication, self._row)
        name = ruling.refusal or await self._refusal_after_data(recipients) or "accepted"
        reply = self._reply(name, recipients[0], authentication.from_domain)
        folder = ruling.folder if reply.code < 400 else None
        content = _content(message, authentication)
        for recipient in recipients:
            transcript_id = self._dialogue.decide(
                recipient, reply, phase=Phase.DATA, folder=folder, content=content
            )
            if folder:
                self._take(recipient, transcript_id, folder, authentication, message)
        return reply.wire

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours is to a sender what it would be at any server: temporary."""
        if isinstance(error, TLSSetupException):  # some servers are made so
            return "454 4.7.0 TLS not available"
        _LOG.error("%s failed on a message", self._host, exc_info=error)
        return "451 4.3.0 Internal error of the mail server"

    async def _refusal(self, address: str, phase: Phase) -> str | None:
        """The name or text of the reply that refuses or defers a recipient, if one does."""
        domain = address.rpartition("@")[2].lower()
        if domain not in self._row.domains:
            return "relay_denied"
        mailbox = self._services.servers.mailbox(address)
        if mailbox is None:
            return "user_unknown"
        attempt = Attempt(mailbox=mailbox, phase=phase, seconds_waited=self._waited(address))
        return await BEHAVIOURS[mailbox.behaviour].judge(attempt)

    def _hangs_up(self, recipient: str) -> bool:
        mailbox = self._services.servers.mailbox(recipient)
        if mailbox is None or not BEHAVIOURS[mailbox.behaviour].hangs_up:
            return False
        return self._waited(recipient) < mailbox.seconds

    def _waited(self, recipient: str) -> float:
        return self._services.first_tries.seconds_since(
            self._envelope.client, self._envelope.mail_from, recipient
        )

    async def _refusal_after_data(self, recipients: list[str]) -> str | None:
        """One reply speaks for all recipients (RFC 5321, 3.3): that of the first who is refused."""
        for recipient in recipients:
            if refusal := await self._refusal(recipient, Phase.DATA):
                return refusal
        return None

    def _reply(self, name_or_text: str, recipient: str, from_domain: str = "") -> Reply:
        values = placeholders(
            self._host,
            queue_id=self._queue_id,
            client=self._envelope.client,
            sender=self._envelope.mail_from,
            recipient=recipient,
            from_domain=from_domain,
        )
        return self._services.servers.reply(self._host, name_or_text, values)

    def _take(
        self,
        recipient: str,
        transcript_id: str,
        folder: Folder,
        authentication: Authentication,
        message: bytes,
    ) -> None:
        mailbox = self._services.servers.mailbox(recipient)
        assert mailbox is not None, "an address without mailbox is refused at RCPT"
        accepted = AcceptedMessage(
            transcript_id=transcript_id,
            host=self._host,
            queue_id=self._queue_id,
            mailbox=mailbox,
            recipient=recipient,
            folder=folder,
            envelope=self._envelope,
            authentication=authentication,
            message=message,
            late_reply=self._reply(mailbox.reply, recipient) if mailbox.reply else None,
            time=datetime.now(UTC),
        )
        self._services.mailboxes.store(accepted.stored())
        self._services.afterwards.plan(accepted)


def _content(message: bytes, authentication: Authentication) -> Content:
    header = BytesHeaderParser().parsebytes(message)
    return Content(
        verdicts=authentication.verdicts,
        message_id=str(header.get("Message-ID", "")),
        subject=str(make_header(decode_header(str(header.get("Subject", ""))))),
    )
