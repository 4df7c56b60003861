"""One SMTP conversation with a recipient's server (RFC 5321, RFC 3207)."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from enum import Enum
from threading import Lock
from typing import Any, NamedTuple

from local.ses.replies import Attempt, Reply, Verdict, verdict_of
from local.ses.settings import Settings

UNREACHABLE = Reply(code=421, text="421 4.4.1 Unable to connect to remote host")
"""SES's own words when no server could be reached."""

_TIMED_OUT = Reply(code=421, text="421 4.4.2 Connection timed out")
_DROPPED = Reply(code=421, text="421 4.4.2 Connection dropped")
_NO_TLS = Reply(code=421, text="421 4.7.5 TLS is required, but the server does not offer it")
_TLS_FAILED = Reply(code=421, text="421 4.7.5 TLS negotiation failed")


class _Tls(Enum):
    """How far a conversation goes for encryption."""

    NONE = "none"
    OFFERED = "when the server offers it"
    REQUIRED = "or not at all"


class _Envelope(NamedTuple):
    mail_from: str
    recipient: str
    content: bytes


class _Smtp(smtplib.SMTP):
    """Not connected when made; says when it is, so that it can be cut from another thread."""

    def __init__(self, host: str, on_connected: Callable[["_Smtp"], None], **options: Any) -> None:
        super().__init__(**options)
        self._host = host  # what starttls names the server; smtplib sets it only when it connects
        self._on_connected = on_connected

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected = socket.create_connection((host, port), timeout)
        self.sock = connected
        self._on_connected(self)
        return connected


class SmtpClient:
    """Speaks SMTP for many threads at once; `close` cuts every conversation short."""

    def __init__(self, *, hostname: str, settings: Settings) -> None:
        self._hostname = hostname
        self._settings = settings
        self._open: set[_Smtp] = set()
        self._closed = False
        self._lock = Lock()

    def deliver(
        self,
        endpoint: tuple[str, int],
        *,
        mail_from: str,
        recipient: str,
        content: bytes,
        requires_tls: bool = False,
    ) -> Attempt:
        """One try at one host. Never raises for what the network or the server does.

        TLS is used when it is offered. When its negotiation fails and it is not required, the
        host is spoken to once more in the clear, as an opportunistic sender does.
        """
        envelope = _Envelope(mail_from, recipient, content)
        tls = _Tls.REQUIRED if requires_tls else _Tls.OFFERED
        try:
            return self._converse(endpoint, envelope, tls=tls)
        except ssl.SSLError:
            return self._converse(endpoint, envelope, tls=_Tls.NONE)

    def close(self) -> None:
        """Ends the conversations that go on, and those that would still begin.

        Each then reports a dropped connection.
        """
        with self._lock:
            self._closed = True
            for smtp in self._open:
                _cut(smtp)

    def _opened(self, smtp: _Smtp) -> None:
        with self._lock:
            self._open.add(smtp)
            if self._closed:
                _cut(smtp)

    def _converse(self, endpoint: tuple[str, int], envelope: _Envelope, *, tls: _Tls) -> Attempt:
        try:
            with self._connection(endpoint) as (smtp, greeting):
                if verdict_of(greeting.code) is not Verdict.ACCEPTED:
                    return _attempt(greeting, endpoint, next_host=True)
                version, obstacle = _start_tls(smtp, tls)
                reply = obstacle or _hand_over(smtp, envelope)
        except ssl.SSLError:
            if tls is _Tls.REQUIRED:
                return _attempt(_TLS_FAILED, endpoint)
            raise
        except (smtplib.SMTPException, OSError) as err:
            return _attempt(_reply_to(err), endpoint, next_host=True)
        return _attempt(reply, endpoint, tls_version=version)

    @contextlib.contextmanager
    def _connection(self, endpoint: tuple[str, int]) -> Iterator[tuple[smtplib.SMTP, Reply]]:
        """An open conversation and the server's greeting."""
        smtp = _Smtp(
            endpoint[0],
            self._opened,
            local_hostname=self._hostname,
            timeout=self._settings.connect_timeout.total_seconds(),
        )
        try:
            greeting = Reply.of(*smtp.connect(*endpoint))
            assert smtp.sock is not None
            smtp.sock.settimeout(self._settings.reply_timeout.total_seconds())
            yield smtp, greeting
            # What the server answers to QUIT changes nothing about the message.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        finally:
            smtp.close()
            with self._lock:
                self._open.discard(smtp)


def _cut(smtp: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError):  # the server may have been faster
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)


def _start_tls(smtp: smtplib.SMTP, tls: _Tls) -> tuple[str | None, Reply | None]:
    """The TLS version in use, if any, and a reply that stands in the way of going on."""
    smtp.ehlo_or_helo_if_needed()
    if tls is _Tls.NONE or not smtp.has_extn("starttls"):
        return None, _NO_TLS if tls is _Tls.REQUIRED else None
    # Servers' certificates rarely name their MX host: SES encrypts without checking them.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    code, message = smtp.starttls(context=context)
    if verdict_of(code) is not Verdict.ACCEPTED:
        return None, Reply.of(code, message) if tls is _Tls.REQUIRED else None
    assert isinstance(smtp.sock, ssl.SSLSocket)
    smtp.ehlo()
    return smtp.sock.version(), None


def _hand_over(smtp: smtplib.SMTP, envelope: _Envelope) -> Reply:
    """MAIL, RCPT and DATA; the reply that decides."""
    replies = (Reply.of(code, message) for code, message in _commands(smtp, envelope))
    decisive = next(replies)
    while decisive.code // 100 == 2 and (following := next(replies, None)):
        decisive = following
    return decisive


def _commands(smtp: smtplib.SMTP, envelope: _Envelope) -> Iterator[tuple[int, bytes]]:
    options = [f"SIZE={len(envelope.content)}"] if smtp.has_extn("size") else []
    if smtp.has_extn("8bitmime") and not envelope.content.isascii():
        options.append("BODY=8BITMIME")
    yield smtp.mail(envelope.mail_from, options)
    yield smtp.rcpt(envelope.recipient)
    try:
        yield smtp.data(envelope.content)
    except smtplib.SMTPDataError as err:
        yield err.smtp_code, _as_bytes(err.smtp_error)


def _attempt(reply: Reply, endpoint: tuple[str, int], **fields: Any) -> Attempt:
    remote_ip = None if reply is UNREACHABLE else endpoint[0]
    return Attempt(verdict=verdict_of(reply.code), reply=reply, remote_ip=remote_ip, **fields)


def _reply_to(error: Exception) -> Reply:
    """What SES says of a connection that ended before a reply came."""
    if isinstance(error, smtplib.SMTPResponseException):
        return Reply.of(error.smtp_code, _as_bytes(error.smtp_error))
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return _TIMED_OUT
    return UNREACHABLE if isinstance(error, ConnectionRefusedError) else _DROPPED


def _as_bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
